// Media types of answers (RFC 9110 §8.3.1), as far as the contract judges them.

/** A `Content-Type`, split. */
export interface MediaType {
  /** Lower case, `application/json`. */
  readonly type: string;
  /** Lower case without quotes; absent where none is given. */
  readonly charset?: string;
}

/** Splits a header value; undefined where it is no media type. */
export function parseMediaType(header: string): MediaType | undefined {
  const match = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*((?:;.*)?)$/s.exec(header);
  if (!match) return undefined;
  const charset = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(match[2]!);
  const name = charset?.[1] ?? charset?.[2];
  return {
    type: match[1]!.toLowerCase(),
    ...(name === undefined ? {} : { charset: name.trim().toLowerCase() }),
  };
}

/** True for UTF-8 in any of its spellings, and for none. */
export function isUtf8Charset(charset: string | undefined): boolean {
  return charset === undefined || charset === 'utf-8' || charset === 'utf8';
}

/** True if the documented type (`application/json`, `application/*`, or everything) covers the actual one. */
export function coversMediaType(documented: string, actual: string): boolean {
  const plain = documented.split(';', 1)[0]!.trim();
  if (plain === actual || plain === '*/*') return true;
  return plain.endsWith('/*') && actual.startsWith(plain.slice(0, -1));
}

/** True for JSON and its `+json` relatives. */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}
