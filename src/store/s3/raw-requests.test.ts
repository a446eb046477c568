// Requests that no SDK of our tests sends by itself: wrong digests, other spellings, other ways to sign.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import aws4 from 'aws4';
import { expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../testing/test-store.ts';

interface Raw {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signQuery?: boolean;
}

async function ask(store: TestStore, raw: Raw): Promise<[number, string]> {
  const { hostname, port, host } = new URL(store.endpoint);
  const { accessKey, secretKey } = store.issueKey('a', 1);
  const headers: Record<string, string> = { ...raw.headers };
  if (!raw.signQuery) headers['X-Amz-Content-Sha256'] ??= 'UNSIGNED-PAYLOAD';
  const signed = aws4.sign(
    {
      method: raw.method ?? 'PUT',
      path: raw.path ?? '/bucket/k',
      host: raw.host ?? host,
      service: 's3',
      region: 'us-east-1',
      headers,
      ...(raw.signQuery ? { signQuery: true } : {}),
    },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  const { method, path } = signed;
  const request = send({ hostname, port, method, path, headers: signed.headers, agent: false });
  request.end(raw.body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const body = await text(answer);
  return [answer.statusCode ?? 0, /<Code>(\w+)/.exec(body)?.[1] ?? body];
}

const sha256 = createHash('sha256').update('hello').digest('hex');
const md5 = createHash('md5').update('hello').digest('base64');
const CHUNKED = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
const TRAILING = {
  'X-Amz-Content-Sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'X-Amz-Trailer': 'x-amz-checksum-crc32',
  'X-Amz-Decoded-Content-Length': '5',
  'Content-Encoding': 'aws-chunked',
};

test.each<[string, Raw, number, string]>([
  ['no digest', {}, 200, ''],
  ['the right MD5', { headers: { 'Content-MD5': md5 } }, 200, ''],
  ['the right SHA-256', { headers: { 'X-Amz-Content-Sha256': sha256 } }, 200, ''],
  ['a virtual host', { host: 'bucket.store.test', path: '/k' }, 200, ''],
  ['a signed query', { path: '/bucket/k?X-Amz-Expires=60', signQuery: true }, 200, ''],
  ['an expectation', { headers: { Expect: '100-continue' } }, 200, ''],
  ['chunks with a trailer', { body: CHUNKED, headers: TRAILING }, 200, ''],
  ['a wrong MD5', { headers: { 'Content-MD5': 'AAAA' } }, 400, 'BadDigest'],
  ['a wrong CRC', { headers: { 'X-Amz-Checksum-Crc32': 'AAAAAA==' } }, 400, 'BadDigest'],
  [
    'a wrong SHA-256',
    { headers: { 'X-Amz-Content-Sha256': '0'.repeat(64) } },
    400,
    'XAmzContentSHA256Mismatch',
  ],
  [
    'a trailer that is wrong',
    { body: CHUNKED.replace('NhCmhg', 'AAAAAA'), headers: TRAILING },
    400,
    'BadDigest',
  ],
  [
    'fewer bytes than declared',
    { body: CHUNKED, headers: { ...TRAILING, 'X-Amz-Decoded-Content-Length': '6' } },
    400,
    'IncompleteBody',
  ],
  ['a sub-resource that is not served', { path: '/bucket/k?acl' }, 501, 'NotImplemented'],
  ['another bucket', { path: '/other/k' }, 404, 'NoSuchBucket'],
])('a put with %s', async (_what, raw, status, code) => {
  await using store = await openTestStore();
  expect(await ask(store, { body: 'hello', ...raw })).toEqual([status, code]);
  const stored = (await store.objects.get('k'))?.toString();
  expect(stored).toBe(status === 200 ? 'hello' : undefined);
  expect(store.lines.length > 0).toBe(status === 200);
});

test.each<[string, string, number, string]>([
  ['DELETE', '/bucket', 403, 'AccessDenied'],
  ['PUT', '/other', 403, 'AccessDenied'],
  ['PATCH', '/bucket/k', 405, 'MethodNotAllowed'],
  ['GET', '/bucket?list-type=2&max-keys=x', 400, 'InvalidArgument'],
  ['GET', '/bucket?list-type=2&continuation-token=x', 400, 'InvalidArgument'],
  ['HEAD', '/bucket/k', 404, ''],
])('%s %s is refused', async (method, path, status, code) => {
  await using store = await openTestStore();
  expect(await ask(store, { method, path })).toEqual([status, code]);
});

test('a request without a signature is refused', async () => {
  await using store = await openTestStore();
  const answer = await fetch(`${store.endpoint}/bucket/k`, { method: 'PUT', body: 'x' });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
});
