// ListObjects, versions 1 and 2.
import type { ListPage } from '../backend/backend.ts';
import { LAST } from '../backend/sorted-keys.ts';
import type { Answer } from '../s3/answer.ts';
import { xmlAnswer } from '../s3/answer.ts';
import { S3Error } from '../s3/error.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';

/** Lists one page of keys below a prefix; never more than the store's page size allows now. */
export function listObjects(context: ActionContext, request: ActionRequest): Action {
  const { query } = request.address;
  const prefix = query.get('prefix') ?? '';
  const asked = Number(query.get('max-keys') || 1000);
  if (!Number.isInteger(asked) || asked < 0) {
    throw new S3Error(400, 'InvalidArgument', 'max-keys is not a number of keys.');
  }
  const second = query.get('list-type') === '2';
  const after = second ? startOfSecond(query) : startOfFirst(query);
  const delimiter = query.get('delimiter') ?? '';
  return {
    op: 'list',
    keys: [prefix],
    mutates: false,
    run: async () => {
      const keysMax = Math.min(asked, context.pageKeys(prefix));
      const page = await context.backend.list({ prefix, delimiter, after, keysMax });
      const common = describePage(context, query, page, asked);
      return second ? secondVersion(query, page, common) : firstVersion(query, page, common);
    },
  };
}

type Query = ReadonlyMap<string, string>;

/** A marker that is a common prefix stands for all that is rolled up in it. */
function startOfFirst(query: Query): string {
  const marker = query.get('marker') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const below = marker.length > (query.get('prefix') ?? '').length;
  return delimiter !== '' && below && marker.endsWith(delimiter) ? marker + LAST : marker;
}

function startOfSecond(query: Query): string {
  const token = query.get('continuation-token');
  if (token === undefined) return query.get('start-after') ?? '';
  const after = Buffer.from(token, 'base64url').toString();
  if (!after.startsWith('>')) {
    throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  }
  return after.slice(1);
}

function encoder(query: Query): (text: string) => string {
  if (query.get('encoding-type') !== 'url') return (text) => text;
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

function describePage(
  context: ActionContext,
  query: Query,
  page: ListPage,
  asked: number,
): Record<string, unknown> {
  const encode = encoder(query);
  const delimiter = query.get('delimiter');
  return {
    Name: context.bucket,
    Prefix: encode(query.get('prefix') ?? ''),
    MaxKeys: asked,
    ...(delimiter ? { Delimiter: encode(delimiter) } : {}),
    ...(query.has('encoding-type') ? { EncodingType: query.get('encoding-type') } : {}),
    IsTruncated: page.truncated,
    Contents: page.objects.map(({ key, info }) => ({
      Key: encode(key),
      LastModified: info.lastModified.toISOString(),
      ETag: `"${info.etag}"`,
      Size: info.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function secondVersion(query: Query, page: ListPage, common: Record<string, unknown>): Answer {
  const encode = encoder(query);
  const keys = page.objects.length + page.prefixes.length;
  const after = query.get('start-after');
  const token = query.get('continuation-token');
  const answer = xmlAnswer(200, 'ListBucketResult', {
    ...common,
    KeyCount: keys,
    ...(after === undefined ? {} : { StartAfter: encode(after) }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(page.truncated
      ? { NextContinuationToken: Buffer.from(`>${page.next}`).toString('base64url') }
      : {}),
  });
  return { ...answer, keys };
}

function firstVersion(query: Query, page: ListPage, common: Record<string, unknown>): Answer {
  const encode = encoder(query);
  const answer = xmlAnswer(200, 'ListBucketResult', {
    ...common,
    Marker: encode(query.get('marker') ?? ''),
    ...(page.truncated ? { NextMarker: encode(page.next.replace(LAST, '')) } : {}),
  });
  return { ...answer, keys: page.objects.length + page.prefixes.length };
}
