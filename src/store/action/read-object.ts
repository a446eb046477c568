// GetObject and HeadObject, with range and conditions (RFC 9110 section 13).
import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectInfo } from '../backend/backend.ts';
import type { Answer } from '../s3/answer.ts';
import { noSuchKey, preconditionFailed } from '../s3/error.ts';
import { parseRange, resolveRange } from '../s3/range.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';
import { bareEtag, describe } from './object-headers.ts';

/** Reads an object, or only what describes it. */
export function readObject(context: ActionContext, request: ActionRequest): Action {
  const { key } = request.address;
  const head = request.method === 'HEAD';
  return {
    op: head ? 'head' : 'get',
    keys: [key],
    mutates: false,
    run: () => (head ? headObject(context, request) : getObject(context, request)),
  };
}

async function headObject(context: ActionContext, request: ActionRequest): Promise<Answer> {
  const { key } = request.address;
  const info = await context.backend.head(key);
  if (!info) throw noSuchKey(key);
  const unmodified = decide(request.headers, info);
  if (unmodified) return unmodified;
  const range = parseRange(request.headers.range);
  const part = range && resolveRange(range, info.size);
  const length = part ? part[1] - part[0] : info.size;
  return {
    status: part ? 206 : 200,
    headers: {
      ...describe(info),
      'content-length': String(length),
      ...(part ? contentRange(part[0], length, info.size) : {}),
    },
    version: info.etag,
  };
}

async function getObject(context: ActionContext, request: ActionRequest): Promise<Answer> {
  const { key } = request.address;
  const range = parseRange(request.headers.range);
  const read = await context.backend.get(key, range);
  if (!read) throw noSuchKey(key);
  const { info, bytes, start } = read;
  const unmodified = decide(request.headers, info);
  if (unmodified) return unmodified;
  return {
    status: range ? 206 : 200,
    headers: {
      ...describe(info),
      ...(range ? contentRange(start, bytes.length, info.size) : {}),
      ...overrides(request),
    },
    body: bytes,
    version: info.etag,
  };
}

/** 304 as an answer; a failed precondition is thrown. */
function decide(headers: IncomingHttpHeaders, info: ObjectInfo): Answer | undefined {
  const match = bareEtag(headers['if-match']);
  if (match !== undefined && match !== '*' && match !== info.etag) {
    throw preconditionFailed('If-Match');
  }
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  if (match === undefined && info.lastModified.getTime() > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = bareEtag(headers['if-none-match']);
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  const same =
    noneMatch === undefined
      ? info.lastModified.getTime() <= modifiedSince
      : noneMatch === '*' || noneMatch === info.etag;
  if (!same) return undefined;
  return { status: 304, headers: { etag: `"${info.etag}"` }, version: info.etag };
}

function contentRange(start: number, length: number, size: number): Record<string, string> {
  return { 'content-range': `bytes ${start}-${start + length - 1}/${size}` };
}

/** `response-content-type=…` and its like, which presigned links use. */
function overrides(request: ActionRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.address.query) {
    if (!name.startsWith('response-')) continue;
    headers[name.slice('response-'.length)] = value.replace(/[^\t\x20-\x7e]/g, '');
  }
  return headers;
}
