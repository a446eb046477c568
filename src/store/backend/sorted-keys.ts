// The keys of a store in the order of their UTF-8 bytes, as S3 lists them. Appending in order costs nothing, inserting
// moves pointers: 100,000 keys stay well under the cost of the request that brings a new one.
import type { ListPage, ListRequest } from './backend.ts';

/** Sorts above every key below a prefix when it is put behind it. */
export const LAST = '\u{10ffff}';

/** A sorted set of keys. */
export class SortedKeys {
  readonly #keys: string[] = [];

  add(key: string): void {
    const at = this.#position(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.#position(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** One page: keys and common prefixes, `next` to go on from. */
  page(
    request: ListRequest,
  ): Pick<ListPage, 'prefixes' | 'truncated' | 'next'> & { keys: string[] } {
    const { prefix, delimiter, after, keysMax } = request;
    const keys: string[] = [];
    const prefixes: string[] = [];
    let next = after;
    let at = compareKeys(after, prefix) < 0 ? this.#position(prefix) : this.#after(after);
    for (let key = this.#keys[at]; key?.startsWith(prefix); key = this.#keys[at]) {
      if (keys.length + prefixes.length >= keysMax) {
        return { keys, prefixes, truncated: keysMax > 0, next };
      }
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (cut < 0) {
        keys.push(key);
        next = key;
        at += 1;
      } else {
        const common = key.slice(0, cut + delimiter.length);
        prefixes.push(common);
        next = common + LAST;
        at = this.#position(next);
      }
    }
    return { keys, prefixes, truncated: false, next };
  }

  #after(key: string): number {
    const at = this.#position(key);
    return this.#keys[at] === key ? at + 1 : at;
  }

  /** First place whose key is not below `key`. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    if (high === 0 || compareKeys(this.#keys[high - 1]!, key) < 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#keys[middle]!, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Order of UTF-8 bytes. It differs from JavaScript's only where surrogates meet U+E000 to U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const plain = a < b ? -1 : a > b ? 1 : 0;
  if (plain === 0 || !(hasSurrogate(a) || hasSurrogate(b))) return plain;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function hasSurrogate(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}
