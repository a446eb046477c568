// Bucket and key from the request target, in both styles.
import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

test.each([
  ['/bucket/a/b', 'host:9000', 'bucket', 'a/b'],
  ['/bucket//a/../b/', 'host', 'bucket', '/a/../b/'],
  ['/bucket/a%20b+c%2Fd', 'host', 'bucket', 'a b+c/d'],
  ['/bucket', 'host', 'bucket', ''],
  ['/bucket/', 'host', 'bucket', ''],
  ['/', 'host', '', ''],
  ['/other/k', 'host', 'other', 'k'],
  ['/a/b', 'bucket.host:9000', 'bucket', 'a/b'],
  ['/bucket/b', 'BUCKET.host', 'bucket', 'bucket/b'],
  ['/?list-type=2', 'bucket.host', 'bucket', ''],
])('%s at %s is %s, %s', (target, host, bucket, key) => {
  expect(parseAddress(target, host, 'bucket')).toMatchObject({ bucket, key });
});

test('the query is decoded, names without a value too', () => {
  const { query } = parseAddress('/bucket?list-type=2&prefix=a%2Fb+c&delete', 'host', 'bucket');
  expect(Object.fromEntries(query)).toEqual({ 'list-type': '2', prefix: 'a/b c', delete: '' });
});

test('a broken escape is refused', () => {
  expect(() => parseAddress('/bucket/%zz', 'host', 'bucket')).toThrow('URI');
});
