// JSON pointers (RFC 6901) and the references of an OpenAPI document.

/** A JSON object. */
export type JsonRecord = Record<string, unknown>;

/** True for a JSON object, false for arrays and null. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One token of a pointer, escaped. */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The tokens of a pointer; `` has none. A leading `#` is left out. */
export function parsePointer(pointer: string): string[] {
  const text = pointer.startsWith('#') ? safeDecode(pointer.slice(1)) : pointer;
  return text === ''
    ? []
    : text
        .slice(1)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The value at the pointer, or undefined where there is none. References on the way are not followed. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const token of parsePointer(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token))
      return undefined;
    value = (value as JsonRecord)[token];
  }
  return value;
}

/** What a reference leads to: the node and its pointer, or why it leads nowhere. */
export type Dereferenced =
  | { readonly ok: true; readonly node: unknown; readonly pointer: string | undefined }
  | { readonly ok: false; readonly message: string };

/**
 * Follows `$ref` to its end; what stands beside a `$ref` is ignored (OpenAPI 3.0.3, Reference Object). `pointer` is
 * undefined where the node is no reference.
 */
export function dereference(root: unknown, node: unknown): Dereferenced {
  const seen = new Set<string>();
  let current = node;
  let pointer: string | undefined;
  while (isRecord(current) && typeof current.$ref === 'string') {
    const reference = current.$ref;
    if (!reference.startsWith('#')) {
      return {
        ok: false,
        message: `"${reference}" is outside the document, which is not supported`,
      };
    }
    if (seen.has(reference)) return { ok: false, message: `"${reference}" refers to itself` };
    seen.add(reference);
    pointer = reference;
    current = valueAt(root, reference);
    if (current === undefined) return { ok: false, message: `"${reference}" leads nowhere` };
  }
  return { ok: true, node: current, pointer };
}

/** Every object of the document, with its pointer, parents first. */
export function* eachNode(
  value: unknown,
  pointer = '',
): Generator<{ readonly node: JsonRecord; readonly pointer: string }> {
  if (typeof value !== 'object' || value === null) return;
  if (isRecord(value)) yield { node: value, pointer };
  for (const [key, child] of Object.entries(value)) {
    yield* eachNode(child, `${pointer}/${escapeToken(key)}`);
  }
}
