// Which requests a rule chooses, and when.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { StoreRule } from '../index.ts';
import { openTestStore, sdkClient } from '../testing/test-store.ts';

const T1 = '11111111111111111111111111111111';
const T2 = '22222222222222222222222222222222';
const INDEX = `pageserver/tenants/${T1}/timelines/${T2}/index_part.json`;

type Selector = Omit<StoreRule, 'id' | 'point' | 'action'>;

test.each<[string, Selector, number]>([
  ['everything', {}, 6],
  ['a node', { node: 'a' }, 4],
  ['a boot', { node: 'a', boot: 2 }, 1],
  ['a tenant, its lists included', { tenant: T1 }, 4],
  ['an operation', { op: ['get', 'list'] }, 2],
  ['a glob', { key: '**/index_part.json*' }, 3],
  ['a pattern', { key: /other$/g }, 2],
  ['what comes after the first two', { skip: 2 }, 4],
  ['the second and third', { skip: 1, times: 2 }, 2],
])('a rule chooses %s', async (_what, selector, hits) => {
  await using store = await openTestStore();
  const told: number[] = [];
  const rule = store.addRule({
    id: 'f1',
    ...selector,
    point: 'received',
    action: { kind: 'watch' },
    onHit: (hit) => told.push(hit.count),
  });
  const { host, port } = await store.listen('b');
  using a1 = sdkClient(store);
  using a2 = sdkClient(store, 'a', 2);
  using b1 = sdkClient({ ...store, endpoint: `http://${host}:${port}` }, 'b', 1);
  const Bucket = 'bucket';
  const other = `pageserver/tenants/${T2}/other`;
  await store.objects.put(INDEX, 'never chosen');
  await a1.client.send(new PutObjectCommand({ Bucket, Key: INDEX, Body: 'x' }));
  await a1.client.send(new GetObjectCommand({ Bucket, Key: INDEX }));
  await a1.client.send(new PutObjectCommand({ Bucket, Key: other, Body: 'x' }));
  await a2.client.send(new PutObjectCommand({ Bucket, Key: INDEX, Body: 'x' }));
  await b1.client.send(new PutObjectCommand({ Bucket, Key: other, Body: 'x' }));
  const Prefix = `pageserver/tenants/${T1}/`;
  await b1.client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  expect(rule.hits).toBe(hits);
  expect(told).toEqual(Array.from({ length: hits }, (_, index) => index + 1));
});

test('rules of one point act one after the other; a rule that is removed acts no more', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const put = () => s3.client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
  const first = store.addRule({ id: 'f1', point: 'received', action: { kind: 'hold' } });
  const action = { kind: 'fail', status: 500, code: 'InternalError' } as const;
  const second = store.addRule({ id: 'f2', point: 'received', action });
  const outcome = put().catch((error) => error.name);
  await first.waitHit(1);
  expect(second.hits).toBe(0);
  first.remove();
  expect(await outcome).toBe('InternalError');
  second.remove();
  await put();
  expect([first.hits, second.hits]).toEqual([1, 1]);
});

test('waiting for a strike that never comes ends with its signal', async () => {
  await using store = await openTestStore();
  const rule = store.addRule({ id: 'f1', point: 'received', action: { kind: 'watch' } });
  const abort = new AbortController();
  const waited = rule.waitHit(1, abort.signal);
  abort.abort(new Error('enough'));
  await expect(waited).rejects.toThrow('enough');
  await expect(rule.waitHit(1, abort.signal)).rejects.toThrow('enough');
});
