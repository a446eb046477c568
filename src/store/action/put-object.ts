// PutObject.

import type { Action, ActionContext, ActionRequest } from './action.ts';
import { bareEtag, headersOf } from './object-headers.ts';

/** Puts the payload at the key; answers the new version and the checksums that the client declared. */
export function putObject(context: ActionContext, request: ActionRequest): Action {
  const { address, headers, payload } = request;
  const { key } = address;
  const ifMatch = bareEtag(headers['if-match']);
  const ifNoneMatch = bareEtag(headers['if-none-match']);
  const put = {
    key,
    bytes: payload.bytes,
    etag: payload.md5,
    headers: headersOf(headers),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
  return {
    op: 'put',
    keys: [key],
    mutates: true,
    size: payload.bytes.length,
    run: async (onCommit) => {
      const commit = await context.backend.put(put, onCommit);
      return { status: 200, headers: { etag: `"${commit.etag}"`, ...checksums(request) } };
    },
  };
}

function checksums(request: ActionRequest): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (/^x-amz-checksum-(crc|sha)/.test(name) && typeof value === 'string') named[name] = value;
  }
  for (const [name, value] of request.payload.trailers) {
    if (name.startsWith('x-amz-checksum-')) named[name] = value;
  }
  return named;
}
