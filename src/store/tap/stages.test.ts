// Stages and faults at each point: what commits, what never does, and what the history says of it.

import { connect } from 'node:net';
import { DeleteObjectsCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { RuleAction, RulePoint } from '../index.ts';
import { openTestStore, sdkClient, signedPut, type TestStore } from '../testing/test-store.ts';

const TENANT = '0123456789abcdef0123456789abcdef';
const TIMELINE = 'fedcba9876543210fedcba9876543210';
const KEY = `pageserver/tenants/${TENANT}/timelines/${TIMELINE}/layer`;

function put(store: TestStore, body = 'x', signal?: AbortSignal, Key = KEY) {
  const { client } = sdkClient(store);
  const sent = client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: body }), {
    ...(signal ? { abortSignal: signal } : {}),
  });
  return sent.then(
    () => 200,
    (error) => error.$metadata?.httpStatusCode ?? error.code ?? error.name,
  );
}

function stages(store: TestStore): string[] {
  return store.lines.map((line) => line.type);
}

test('a put is received, committed and answered, with writer, owners and versions', async () => {
  await using store = await openTestStore();
  await put(store, 'one');
  await put(store, 'two');
  const one = 'f97c5d29941bfb1b2fdab0874906ab82';
  const two = 'b8a9f715dbb64fd5c56e7783c6820a61';
  const about = { node: 'a', boot: 1, op: 'put', key: KEY, tenant: TENANT, timeline: TIMELINE };
  expect(store.lines).toMatchObject([
    { type: 'received', req: 's1', size: 3, ...about },
    { type: 'committed', order: 1, etag: one, ...about },
    { type: 'answered', req: 's1', status: 200, ...about },
    { type: 'received', req: 's2', ...about },
    { type: 'committed', order: 2, etag: two, previous: one, ...about },
    { type: 'answered', req: 's2', status: 200, ...about },
  ]);
  expect(store.lines[1]).not.toHaveProperty('previous');
});

test('a read tells the version that was answered; a delete of many is one commit for each key', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store, 'a', 7);
  await store.objects.put(KEY, 'one');
  store.lines.length = 0;
  await s3.client.send(new GetObjectCommand({ Bucket: 'bucket', Key: KEY }));
  const absent = new GetObjectCommand({ Bucket: 'bucket', Key: 'none' });
  await s3.client.send(absent).catch(() => {});
  const Objects = [{ Key: KEY }, { Key: 'none' }];
  await s3.client.send(new DeleteObjectsCommand({ Bucket: 'bucket', Delete: { Objects } }));
  const answers = store.lines.filter((line) => line.type === 'answered');
  expect(answers).toMatchObject([
    { op: 'get', status: 200, etag: 'f97c5d29941bfb1b2fdab0874906ab82', boot: 7 },
    { op: 'get', status: 404 },
    { op: 'delete', status: 200 },
    { op: 'delete', status: 200 },
  ]);
  expect(answers[1]).not.toHaveProperty('etag');
  const commits = store.lines.filter((line) => line.type === 'committed');
  expect(commits).toMatchObject([
    { key: KEY, previous: 'f97c5d29941bfb1b2fdab0874906ab82', req: answers[2]!.req },
    { key: 'none', req: answers[2]!.req },
  ]);
  expect(commits[1]).not.toHaveProperty('previous');
});

const FAIL: RuleAction = { kind: 'fail', status: 503, code: 'SlowDown', retryAfter: 1 };

test.each<[RulePoint, RuleAction, unknown, string[], boolean]>([
  ['received', FAIL, 503, ['received', 'dropped', 'answered'], false],
  ['committed', FAIL, 503, ['received', 'committed', 'answered'], true],
  ['received', { kind: 'reset' }, 'ECONNRESET', ['received', 'dropped'], false],
  ['committed', { kind: 'reset' }, 'ECONNRESET', ['received', 'committed', 'answered'], true],
  ['answered', { kind: 'reset' }, 'ECONNRESET', ['received', 'committed', 'answered'], true],
  ['received', { kind: 'delay', ms: 5 }, 200, ['received', 'committed', 'answered'], true],
  ['answered', { kind: 'delay', ms: 5 }, 200, ['received', 'committed', 'answered'], true],
  [
    'committed',
    { kind: 'truncate', bytes: 9 },
    'ECONNRESET',
    ['received', 'committed', 'answered'],
    true,
  ],
  [
    'received',
    { kind: 'slow', bytesPerSecond: 20_000 },
    200,
    ['received', 'committed', 'answered'],
    true,
  ],
])('at %s, %o ends as %s', async (point, action, outcome, expected, kept) => {
  await using store = await openTestStore();
  store.addRule({ id: 'f1', point, action });
  const ended = await put(store);
  await expect.poll(() => stages(store)).toEqual(expected);
  expect(ended).toBe(outcome);
  expect((await store.objects.get(KEY)) !== undefined).toBe(kept);
  expect(store.lines.at(-1)!.fault).toBe('f1');
  expect(store.pending()).toEqual([]);
});

test('an answer is cut where the rule says, and counts as answered only if its status left', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  await store.objects.put(KEY, 'x'.repeat(1000));
  const read = async () => {
    const got = await s3.client.send(new GetObjectCommand({ Bucket: 'bucket', Key: KEY }));
    return got.Body!.transformToString();
  };
  for (const bytes of [9, 700]) {
    const action = { kind: 'truncate', bytes } as const;
    const rule = store.addRule({ id: `cut ${bytes}`, point: 'answered', action });
    await expect(read()).rejects.toThrow();
    rule.remove();
  }
  expect(await read()).toHaveLength(1000);
  const answers = store.lines.filter((line) => line.type === 'answered');
  expect(answers.map(({ fault, status }) => [fault, status])).toEqual([
    ['cut 9', undefined],
    ['cut 700', 200],
    [undefined, 200],
  ]);
});

test('what the tap cuts commits before the cut, and says that the lane cut it', async () => {
  await using store = await openTestStore();
  store.addRule({ id: 'f1', point: 'committed', action: { kind: 'reset' } });
  await put(store);
  await expect.poll(() => stages(store)).toEqual(['received', 'committed', 'answered']);
  expect(store.lines[1]).not.toHaveProperty('cut');
  expect(store.lines[2]).toMatchObject({ cut: 'lane', fault: 'f1' });
  expect(store.lines[2]).not.toHaveProperty('status');
});

test('a held request that the node gave up commits when released, and tells how long it had waited', async () => {
  await using store = await openTestStore();
  const rule = store.addRule({ id: 'f1', point: 'received', action: { kind: 'hold' } });
  const abort = new AbortController();
  const ended = put(store, 'x', abort.signal);
  await rule.waitHit(1);
  expect(store.pending({ tenant: TENANT })).toMatchObject([
    { req: 's1', node: 'a', boot: 1, op: 'put', stage: 'received', heldBy: 'f1', gone: false },
  ]);
  abort.abort();
  await ended;
  await expect.poll(() => store.pending()[0]?.gone).toBe(true);
  rule.release();
  await expect.poll(() => stages(store)).toEqual(['received', 'committed', 'answered']);
  expect(store.lines[1]).toMatchObject({ cut: 'node', waited: expect.any(Number), fault: 'f1' });
  expect(store.lines[2]).not.toHaveProperty('status');
});

test('a connection that the lane says it cut is the lane`s', async () => {
  const cut = new Set<number>();
  await using store = await openTestStore({
    cutBy: ({ remotePort }) => (cut.has(remotePort) ? 'lane' : undefined),
  });
  const rule = store.addRule({
    id: 'f1',
    point: 'received',
    action: { kind: 'hold' },
  });
  const abort = new AbortController();
  const ended = put(store, 'x', abort.signal);
  await rule.waitHit(1);
  for (const { remotePort } of await store.connections()) cut.add(remotePort);
  abort.abort();
  await ended;
  rule.release();
  await expect.poll(() => stages(store)).toContain('committed');
  expect(store.lines[1]).toMatchObject({ cut: 'lane' });
});

test('a held request may be failed or dropped by hand, one by one', async () => {
  await using store = await openTestStore();
  const rule = store.addRule({ id: 'f1', point: 'received', action: { kind: 'hold' } });
  const outcomes = [put(store, 'x', undefined, 'k1'), put(store, 'x', undefined, 'k2')];
  await rule.waitHit(2);
  const byKey = new Map(store.pending().map(({ keys, req }) => [keys[0], req]));
  expect([...rule.held].sort()).toEqual([...byKey.values()].sort());
  rule.fail(byKey.get('k1'), 500, 'InternalError');
  rule.drop(byKey.get('k2'));
  expect(await Promise.all(outcomes)).toEqual([500, 'ECONNRESET']);
  expect(rule.held).toEqual([]);
  expect(await store.objects.list('')).toEqual([]);
});

test('a dropped request stays unanswered until the rule is removed, which resets it', async () => {
  await using store = await openTestStore();
  const rule = store.addRule({ id: 'f1', point: 'committed', action: { kind: 'drop' } });
  const outcome = put(store);
  await rule.waitHit(1);
  await expect.poll(() => stages(store)).toEqual(['received', 'committed', 'answered']);
  let ended = false;
  void outcome.then(() => {
    ended = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  rule.remove();
  expect(await outcome).toBe('ECONNRESET');
  expect(await put(store)).toBe(200);
});

test('a body that breaks off leaves no line and no object', async () => {
  await using store = await openTestStore();
  const { hostname, port } = new URL(store.endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(`${signedPut(store, KEY, 10)}half`);
  await expect
    .poll(() => store.pending({ tenant: TENANT }))
    .toMatchObject([{ stage: 'receiving', op: 'put', keys: [KEY] }]);
  socket.destroy();
  await expect.poll(() => store.pending()).toEqual([]);
  expect(store.lines).toEqual([]);
  expect(await store.objects.list('')).toEqual([]);
});
