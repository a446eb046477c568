// Bucket, key and query of a request, path-style (/bucket/key) or virtual-host (bucket.host/key).
// The URL class is not used: it would fold `..` and `//`, which are ordinary characters of a key.
import { S3Error } from './error.ts';

/** Where a request goes. */
export interface Address {
  /** Empty: the service itself. */
  readonly bucket: string;
  /** Decoded; empty: the bucket itself. */
  readonly key: string;
  /** Decoded query in the order sent. */
  readonly query: ReadonlyMap<string, string>;
  /** Path as sent, without the query. */
  readonly rawPath: string;
  /** Query as sent, without the question mark. */
  readonly rawQuery: string;
}

/** Splits a request target. `bucket` is the one that this store serves, needed to tell a virtual host. */
export function parseAddress(target: string, host: string | undefined, bucket: string): Address {
  const cut = target.indexOf('?');
  const rawPath = cut < 0 ? target : target.slice(0, cut);
  const rawQuery = cut < 0 ? '' : target.slice(cut + 1);
  const query = parseQuery(rawQuery);
  const path = decode(rawPath).replace(/^\//, '');
  if (host?.toLowerCase().startsWith(`${bucket}.`)) {
    return { bucket, key: path, query, rawPath, rawQuery };
  }
  const slash = path.indexOf('/');
  const named = slash < 0 ? path : path.slice(0, slash);
  const key = slash < 0 ? '' : path.slice(slash + 1);
  return { bucket: named, key, query, rawPath, rawQuery };
}

/** Decodes percent-encoding; throws `InvalidURI` (400). */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', 'The specified URI could not be parsed.');
  }
}

function parseQuery(raw: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  if (raw === '') return query;
  for (const pair of raw.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    if (name !== '') query.set(decode(name), decode(value.replaceAll('+', ' ')));
  }
  return query;
}
