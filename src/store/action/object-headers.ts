// Headers that a put stores with an object and a read gives back.
import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectHeaders, ObjectInfo } from '../backend/backend.ts';

const KEPT = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
];

/** What of a request's headers belongs to the object. */
export function headersOf(headers: IncomingHttpHeaders): ObjectHeaders {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    if (!name.startsWith('x-amz-meta-') && !KEPT.includes(name)) continue;
    // aws-chunked tells how the body travelled, not what it is.
    const own = name === 'content-encoding' ? value.replace(/\s*aws-chunked\s*,?\s*/g, '') : value;
    if (own !== '') kept[name] = own;
  }
  return kept;
}

/** Headers that describe an object in an answer, without its length. */
export function describe(info: ObjectInfo): Record<string, string> {
  return {
    'content-type': 'binary/octet-stream',
    ...info.headers,
    etag: `"${info.etag}"`,
    'last-modified': info.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

/** A version as a condition names it: without quotes and weakness. */
export function bareEtag(value: string | undefined): string | undefined {
  return value?.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
}
