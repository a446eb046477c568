// Multipart uploads. Only their completion changes an object: one put of the parts put together.
import { createHash } from 'node:crypto';
import type { StoreOp } from '../../history/events.ts';
import { xmlAnswer } from '../s3/answer.ts';
import { S3Error } from '../s3/error.ts';
import { elements, fromXml, text } from '../s3/xml.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';
import { readSource } from './copy-object.ts';
import type { Part, Upload } from './multipart.ts';
import { bareEtag, headersOf } from './object-headers.ts';

/** CreateMultipartUpload. */
export function createUpload(context: ActionContext, request: ActionRequest): Action {
  const { key } = request.address;
  return step(request, async () => {
    const upload = context.uploads.create(key, headersOf(request.headers));
    return xmlAnswer(200, 'InitiateMultipartUploadResult', {
      Bucket: context.bucket,
      Key: key,
      UploadId: upload.id,
    });
  });
}

/** UploadPart. */
export function uploadPart(context: ActionContext, request: ActionRequest): Action {
  const number = partNumber(request);
  return step(request, async () => {
    const { bytes, md5 } = request.payload;
    await context.uploads.addPart(find(context, request), number, bytes, md5);
    return { status: 200, headers: { etag: `"${md5}"` } };
  });
}

/** UploadPartCopy. */
export function copyPart(context: ActionContext, request: ActionRequest): Action {
  const number = partNumber(request);
  return step(request, async () => {
    const upload = find(context, request);
    const { bytes } = await readSource(context, request);
    const etag = createHash('md5').update(bytes).digest('hex');
    await context.uploads.addPart(upload, number, bytes, etag);
    return xmlAnswer(200, 'CopyPartResult', {
      LastModified: new Date().toISOString(),
      ETag: `"${etag}"`,
    });
  });
}

/** ListParts, in one page. */
export function listParts(context: ActionContext, request: ActionRequest): Action {
  return step(request, async () => {
    const upload = find(context, request);
    const parts = [...upload.parts].sort(([a], [b]) => a - b);
    return xmlAnswer(200, 'ListPartsResult', {
      Bucket: context.bucket,
      Key: upload.key,
      UploadId: upload.id,
      IsTruncated: false,
      Part: parts.map(([number, part]) => ({
        PartNumber: number,
        ETag: `"${part.etag}"`,
        Size: part.blob.size,
      })),
    });
  });
}

/** AbortMultipartUpload. */
export function abortUpload(context: ActionContext, request: ActionRequest): Action {
  return step(request, async () => {
    context.uploads.end(find(context, request));
    return { status: 204, headers: {} };
  });
}

/** CompleteMultipartUpload: the put. Its version is that of S3: the MD5 of the parts' MD5s and their count. */
export function completeUpload(context: ActionContext, request: ActionRequest): Action {
  const { key } = request.address;
  const wanted = elements(fromXml(request.payload.bytes, 'CompleteMultipartUpload'), 'Part');
  return {
    ...step(request, async (onCommit) => {
      const upload = find(context, request);
      const parts = wanted.map((part) => choose(upload, part));
      if (parts.length === 0) throw new S3Error(400, 'MalformedXML', 'No part is named.');
      const bytes = Buffer.concat(
        await Promise.all(parts.map(({ blob }) => blob.read(0, blob.size))),
      );
      const digest = createHash('md5');
      for (const part of parts) digest.update(Buffer.from(part.etag, 'hex'));
      const etag = `${digest.digest('hex')}-${parts.length}`;
      const put = { key, bytes, etag, headers: upload.headers };
      const commit = await context.backend.put(put, onCommit);
      context.uploads.end(upload);
      return xmlAnswer(200, 'CompleteMultipartUploadResult', {
        Location: `/${context.bucket}/${key}`,
        Bucket: context.bucket,
        Key: key,
        ETag: `"${commit.etag}"`,
      });
    }),
    op: 'put',
    mutates: true,
  };
}

function step(request: ActionRequest, run: Action['run']): Action {
  const op: StoreOp = 'other';
  return { op, keys: [request.address.key], mutates: false, run };
}

function find(context: ActionContext, request: ActionRequest): Upload {
  return context.uploads.get(request.address.query.get('uploadId'), request.address.key);
}

function partNumber(request: ActionRequest): number {
  const number = Number(request.address.query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw new S3Error(400, 'InvalidArgument', 'Part number must be between 1 and 10000.');
}

function choose(upload: Upload, wanted: Record<string, unknown>): Part {
  const part = upload.parts.get(Number(text(wanted, 'PartNumber')));
  const etag = bareEtag(text(wanted, 'ETag'));
  if (part && (etag === undefined || etag === part.etag)) return part;
  throw new S3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
}
