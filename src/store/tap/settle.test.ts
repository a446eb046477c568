// Death of a boot: its requests are committed or dropped before the store calls it settled.
import { connect } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import aws4 from 'aws4';
import { afterEach, expect, test, vi } from 'vitest';
import { openTestStore, sdkClient, type TestStore } from '../testing/test-store.ts';

afterEach(() => vi.restoreAllMocks());

function put(store: TestStore, boot: number, Key: string): Promise<string> {
  const { client } = sdkClient(store, 'a', boot);
  return client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' })).then(
    () => 'ok',
    (error) => error.code,
  );
}

test('held requests of the dead boot are dropped, those of another boot go on', async () => {
  await using store = await openTestStore();
  const early = store.addRule({ id: 'f1', key: 'k*', point: 'received', action: { kind: 'hold' } });
  const late = store.addRule({ id: 'f2', key: 'l', point: 'committed', action: { kind: 'hold' } });
  const outcomes = [put(store, 1, 'k1'), put(store, 1, 'l'), put(store, 2, 'k2')];
  await Promise.all([early.waitHit(2), late.waitHit(1)]);
  await store.settle('a', 1);
  expect(store.pending()).toMatchObject([{ boot: 2, keys: ['k2'] }]);
  early.release();
  expect(await Promise.all(outcomes)).toEqual(['ECONNRESET', 'ECONNRESET', 'ok']);
  expect(await store.objects.list('')).toEqual(['k2', 'l']);
  const dropped = store.lines.filter((line) => line.type === 'dropped');
  expect(dropped).toMatchObject([{ key: 'k1', boot: 1, cut: 'lane' }]);
});

test('what is kept on purpose commits after the death, in the name of the boot that sent it', async () => {
  await using store = await openTestStore();
  const rule = store.addRule({ id: 'f1', point: 'received', action: { kind: 'hold' } });
  const outcome = put(store, 1, 'k');
  await rule.waitHit(1);
  await store.settle('a', 1, { keepHeld: true });
  expect(await outcome).toBe('ECONNRESET');
  expect(await put(store, 1, 'on its way')).toBe('ECONNRESET');
  store.issueKey('a', 2);
  rule.remove();
  await expect.poll(() => store.lines.map((line) => line.type)).toContain('committed');
  expect(store.lines[1]).toMatchObject({ boot: 1, cut: 'lane' });
  expect(await store.objects.list('')).toEqual(['k']);
});

test.each([
  ['alone', [1], 0],
  ['after its predecessor`s death', [0, 1], 0],
  ['beside a second boot', [1, 2], 1],
])('a connection that never spoke, of a boot %s', async (_what, boots, left) => {
  await using store = await openTestStore();
  for (const boot of boots) store.issueKey('a', boot);
  if (boots.includes(0)) await store.settle('a', 0);
  const { hostname, port } = new URL(store.endpoint);
  const socket = connect(Number(port), hostname).on('error', () => {});
  await expect.poll(() => store.connections()).toHaveLength(1);
  await store.settle('a', 1);
  await expect.poll(() => store.connections()).toHaveLength(left);
  socket.destroy();
});

test('the store ends while it holds, slows and swallows', async () => {
  const store = await openTestStore();
  store.addRule({ id: 'f1', key: 'h', point: 'received', action: { kind: 'hold' } });
  store.addRule({ id: 'f2', key: 'd', point: 'committed', action: { kind: 'drop' } });
  const slow = { kind: 'slow', bytesPerSecond: 1 } as const;
  store.addRule({ id: 'f3', key: 's', point: 'received', action: slow });
  const outcomes = ['h', 'd', 's'].map((key) => put(store, 1, key));
  await expect.poll(() => store.lines.filter((line) => line.type === 'received').length).toBe(3);
  await store[Symbol.asyncDispose]();
  const count = store.lines.length;
  await Promise.all(outcomes);
  expect(store.lines.length).toBe(count);
});

test('bytes of the dead that arrive after its death are dropped; those of its successor are not', async () => {
  await using store = await openTestStore();
  expect(await put(store, 1, 'before')).toBe('ok');
  await store.settle('a', 1);
  expect(await put(store, 1, 'late')).toBe('ECONNRESET');
  expect(await put(store, 2, 'next')).toBe('ok');
  expect(await store.objects.list('')).toEqual(['before', 'next']);
  expect(store.lines.some((line) => line.key === 'late')).toBe(false);
});

/** A clock that is ahead of the real one from now on. */
function later(ms: number): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
}

test.each([
  ['by one who waits for no answer is what was left of the dead', 3_000, true, false],
  ['by one who waits for its answer was sent by somebody who lives', 3_000, false, true],
  ['half a minute later was sent by somebody who lived', 40_000, true, true],
])('a put that arrives late, %s', async (_what, lateMs, leaves, commits) => {
  await using store = await openTestStore();
  const { accessKey, secretKey } = store.issueKey('a', 1);
  await store.settle('a', 1);
  later(lateMs);
  const { hostname, port, host } = new URL(store.endpoint);
  const signed = aws4.sign(
    { service: 's3', region: 'us-east-1', host, method: 'PUT', path: '/bucket/late', body: 'x' },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  const head = Object.entries(signed.headers!).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const bytes = `PUT /bucket/late HTTP/1.1\r\n${head.join('')}\r\nx`;
  if (leaves) socket.end(bytes);
  else socket.write(bytes);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  if (commits) await expect.poll(() => store.objects.list('')).toEqual(['late']);
  else await ended;
  expect(await store.objects.list('')).toEqual(commits ? ['late'] : []);
  socket.destroy();
});
