// A request whose head has arrived: who sends it, and where to. Its body may still be on the way.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Address, parseAddress } from '../s3/address.ts';
import { errorAnswer } from '../s3/answer.ts';
import { parseAuthorization } from '../s3/auth/authorization.ts';
import type { SignatureVerifier } from '../s3/auth/signature.ts';
import { S3Error } from '../s3/error.ts';
import type { Writer, WriterKeys } from '../witness/writer.ts';
import type { Connection } from './connection.ts';

/** One exchange of HTTP as the listener hands it over. */
export interface HttpExchange {
  readonly req: string;
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Monotonic ms when the request's head had arrived: since then the node has been waiting. */
  readonly sinceMs: number;
}

/** An exchange of a known writer. */
export interface Arrival extends HttpExchange {
  readonly writer: Writer;
  readonly address: Address;
}

/** Tells who sends a request. Throws `InvalidAccessKeyId`, `SignatureDoesNotMatch`, `AccessDenied` (403). */
export function identify(
  exchange: HttpExchange,
  bucket: string,
  keys: WriterKeys,
  verifier: SignatureVerifier,
): Arrival {
  const { method = '', headers, rawHeaders, url = '/' } = exchange.request;
  const address = parseAddress(url, headers.host, bucket);
  const authorization = parseAuthorization(headers, address);
  const known = keys.find(authorization.accessKey);
  if (!known) {
    throw new S3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: authorization.accessKey },
    );
  }
  verifier.verify({ method, address, rawHeaders, authorization }, known.secretKey);
  return { ...exchange, writer: known.writer, address };
}

/** Answers what is no request of a known writer; it never reaches the history, for nothing could have happened. */
export function refuse(error: S3Error, exchange: HttpExchange): void {
  const { request, response, req } = exchange;
  const answer = errorAnswer(error, request.method ?? '', req);
  // The rest of a body that nobody will read must not be taken for the next request.
  const close: Record<string, string> = request.complete ? {} : { connection: 'close' };
  request.resume();
  response.writeHead(answer.status, {
    ...answer.headers,
    ...close,
    'content-length': String(answer.body?.length ?? 0),
  });
  response.end(answer.body);
}
