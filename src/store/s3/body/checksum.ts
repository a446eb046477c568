// Digests that a client sends along with a body: Content-MD5, x-amz-content-sha256, x-amz-checksum-*.
// CRC-32, SHA-1 and SHA-256 are checked; CRC-32C and CRC-64/NVME, for which Node has no code, are taken as given.
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Error } from '../error.ts';
import type { Payload } from './payload.ts';

/** Throws `BadDigest`, `InvalidDigest` or `XAmzContentSHA256Mismatch` (400) when a declared digest is wrong. */
export function checkDigests(headers: IncomingHttpHeaders, payload: Payload): void {
  const { bytes, trailers } = payload;
  const md5 = headers['content-md5'];
  if (typeof md5 === 'string' && Buffer.from(md5, 'base64').toString('hex') !== payload.md5) {
    throw badDigest('Content-MD5');
  }
  const sha256 = headers['x-amz-content-sha256'];
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) {
    if (hash('sha256', bytes, 'hex') !== sha256) {
      throw new S3Error(
        400,
        'XAmzContentSHA256Mismatch',
        'The provided x-amz-content-sha256 header does not match what was computed.',
      );
    }
  }
  for (const [header, digest] of DIGESTS) {
    const given = headers[header] ?? trailers.get(header);
    if (typeof given === 'string' && given !== digest(bytes)) throw badDigest(header);
  }
}

const DIGESTS: readonly (readonly [string, (bytes: Buffer) => string])[] = [
  [
    'x-amz-checksum-crc32',
    (bytes) => {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(bytes));
      return sum.toString('base64');
    },
  ],
  ['x-amz-checksum-sha1', (bytes) => hash('sha1', bytes, 'base64')],
  ['x-amz-checksum-sha256', (bytes) => hash('sha256', bytes, 'base64')],
];

function badDigest(header: string): S3Error {
  return new S3Error(400, 'BadDigest', `${header} does not match the body that was received.`);
}
