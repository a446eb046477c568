// Reads a request's body whole and checks what the client said of it. A request counts as received only when this
// is done: a body that breaks off leaves no trace in the store.
import { createHash, type Hash, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Error } from '../error.ts';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import { checkDigests } from './checksum.ts';

/** A whole body. */
export interface Payload {
  readonly bytes: Buffer;
  /** MD5, hex: the ETag of an object that is put with these bytes. */
  readonly md5: string;
  /** Trailers of the aws-chunked form by lower-case name. */
  readonly trailers: ReadonlyMap<string, string>;
}

const EMPTY: Payload = {
  bytes: Buffer.alloc(0),
  md5: 'd41d8cd98f00b204e9800998ecf8427e',
  trailers: new Map(),
};

/**
 * Resolves with the body, or with undefined when the connection ended before it was whole.
 * Rejects with `EntityTooLarge`, `BadDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody` (400).
 */
export async function readPayload(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Payload | undefined> {
  const { headers } = request;
  const declared = headers['x-amz-content-sha256'];
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  if (!hasBody) {
    request.resume();
    checkDigests(headers, EMPTY);
    return EMPTY;
  }
  const chunked = typeof declared === 'string' && declared.startsWith('STREAMING-');
  const collected = await collect(request, bytesMax, chunked);
  if (!collected) return undefined;
  const expected = headers['x-amz-decoded-content-length'];
  if (chunked && expected !== undefined && Number(expected) !== collected.bytes.length) {
    throw new S3Error(400, 'IncompleteBody', 'The decoded length differs from the declared one.');
  }
  checkDigests(headers, collected);
  return collected;
}

/** Hashes while the bytes arrive, so that a large layer never blocks the event loop. */
function collect(
  request: IncomingMessage,
  bytesMax: number,
  chunked: boolean,
): Promise<Payload | undefined> {
  const parts: Buffer[] = [];
  let md5: Hash | undefined;
  let size = 0;
  const take = (data: Buffer): void => {
    size += data.length;
    if (size > bytesMax) return;
    // A body that comes in one piece is hashed in one call, which is cheaper.
    if (parts.length === 1) md5 = createHash('md5').update(parts[0]!);
    parts.push(data);
    md5?.update(data);
  };
  const decoder = chunked ? new AwsChunkedDecoder(take) : undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Payload | undefined>();
  let broken: unknown;
  request.on('data', (data: Buffer) => {
    if (broken !== undefined) return;
    try {
      if (decoder) decoder.push(data);
      else take(data);
      if (size > bytesMax) throw tooLarge(bytesMax);
    } catch (error) {
      broken = error;
    }
  });
  request.on('end', () => {
    try {
      if (broken !== undefined) throw broken;
      decoder?.finish();
      const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      const digest = md5?.digest('hex') ?? hash('md5', bytes, 'hex');
      resolve({ bytes, md5: digest, trailers: decoder?.trailers ?? EMPTY.trailers });
    } catch (error) {
      reject(error);
    }
  });
  request.on('error', () => resolve(undefined));
  request.on('close', () => resolve(undefined));
  return promise;
}

function tooLarge(bytesMax: number): S3Error {
  return new S3Error(400, 'EntityTooLarge', 'The body exceeds what this store accepts.', {
    MaxSizeAllowed: String(bytesMax),
  });
}
