// HMAC-SHA-256 with keys that are used over and over (RFC 2104): the padded keys are kept, so that a signature costs
// two hashes and no key object, which is a quarter of what createHmac costs for a text as short as this.
import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;

/** A key, ready for use. */
export interface HmacKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** Prepares a key of at most 64 bytes, or the hash of a longer one. */
export function hmacKey(key: Buffer): HmacKey {
  const short = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  const inner = Buffer.alloc(BLOCK_BYTES, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES, 0x5c);
  for (const [index, byte] of short.entries()) {
    inner[index]! ^= byte;
    outer[index]! ^= byte;
  }
  return { inner, outer };
}

/** The code of `text` (UTF-8). */
export function hmac(key: HmacKey, text: string): Buffer {
  const digest = hash('sha256', Buffer.concat([key.inner, Buffer.from(text)]), 'buffer');
  return hash('sha256', Buffer.concat([key.outer, digest]), 'buffer');
}
