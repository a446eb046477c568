// What the store is about to say: status, headers, body. Kept as data so that a rule can cut, slow or replace it.
import type { S3Error } from './error.ts';
import { toXml } from './xml.ts';

/** One answer, not sent yet. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body; for HEAD absent although `content-length` may be set. */
  readonly body?: Buffer;
  /** Reads: the version that is answered, for the history. */
  readonly version?: string;
  /** Lists: keys in this page, for the history. */
  readonly keys?: number;
}

/** An answer with an XML document as body. */
export function xmlAnswer(
  status: number,
  root: string,
  content: Record<string, unknown>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = Buffer.from(toXml(root, content));
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}

/** The answer that tells an error; without body where the method is HEAD or the status forbids one. */
export function errorAnswer(error: S3Error, method: string, requestId: string): Answer {
  if (method === 'HEAD' || error.status === 304) return { status: error.status, headers: {} };
  return xmlAnswer(error.status, 'Error', {
    Code: error.code,
    Message: error.message,
    ...error.detail,
    RequestId: requestId,
  });
}
