// CopyObject: a read and a put by the tap, so that the bytes of an index are known at its commit.
import type { ObjectRead } from '../backend/backend.ts';
import { decode } from '../s3/address.ts';
import { xmlAnswer } from '../s3/answer.ts';
import { noSuchBucket, noSuchKey, preconditionFailed, S3Error } from '../s3/error.ts';
import { parseRange } from '../s3/range.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';
import { bareEtag, headersOf } from './object-headers.ts';

/** Copies one object within the bucket. */
export function copyObject(context: ActionContext, request: ActionRequest): Action {
  const { key } = request.address;
  return {
    op: 'copy',
    keys: [key],
    mutates: true,
    run: async (onCommit) => {
      const { info, bytes } = await readSource(context, request);
      const replace = request.headers['x-amz-metadata-directive'] === 'REPLACE';
      const headers = replace ? headersOf(request.headers) : info.headers;
      const put = { key, bytes, etag: info.etag, headers };
      const commit = await context.backend.put(put, onCommit);
      return xmlAnswer(200, 'CopyObjectResult', {
        LastModified: new Date().toISOString(),
        ETag: `"${commit.etag}"`,
      });
    },
  };
}

/** The object that `x-amz-copy-source` names. Throws `NoSuchKey`, `NoSuchBucket`, `PreconditionFailed`. */
export async function readSource(
  context: ActionContext,
  request: ActionRequest,
): Promise<ObjectRead> {
  const source = decode(String(request.headers['x-amz-copy-source'])).replace(/^\//, '');
  const slash = source.indexOf('/');
  if (slash < 0) throw new S3Error(400, 'InvalidArgument', 'The copy source names no key.');
  const bucket = source.slice(0, slash);
  const key = source.slice(slash + 1).replace(/\?versionId=.*$/, '');
  if (bucket !== context.bucket) throw noSuchBucket(bucket);
  const range = request.headers['x-amz-copy-source-range'];
  const read = await context.backend.get(key, parseRange(range?.toString()));
  if (!read) throw noSuchKey(key);
  const match = bareEtag(request.headers['x-amz-copy-source-if-match']?.toString());
  if (match !== undefined && match !== read.info.etag) {
    throw preconditionFailed('x-amz-copy-source-If-Match');
  }
  return read;
}
