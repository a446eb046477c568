// Requests and answers that wait at the proxy: released, dropped, doubled, outliving their callers.

import { expect, test } from 'vitest';
import { Caller, hitWithin, openBed } from '../testing/bed.ts';

/** The history's lines of one call, in the order of their times. */
function proxyLines(lines: readonly { stream: string }[], call: string): string[] {
  const own = lines as readonly { stream: string; type: string; call?: string; t: number }[];
  return own
    .filter((line) => line.stream === 'proxy' && line.call === call)
    .sort((a, b) => a.t - b.t)
    .map(({ type }) => type);
}

test('a held request arrives after its caller has left', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'hold', where: 'client-node', link });
  const leaving = new AbortController();
  const ended = caller.call('c1', { signal: leaving.signal });
  expect((await hitWithin(handle)).call).toBe('c1');
  await bed.lane.drain();
  expect(handle.held).toEqual(['c1']);
  leaving.abort();
  expect((await ended).error).toBe('ABORT_ERR');
  expect(bed.node.got).toEqual([]);
  const delivered = waitForLine(bed, 'answer', 'c1');
  await handle.release('c1');
  await delivered;
  expect(bed.node.got).toMatchObject([{ call: 'c1', body: '{"config":{}}' }]);
  await handle.heal();
  expect(handle.held).toEqual([]);
  expect(proxyLines(bed.sink.lines, 'c1').slice(0, 4)).toEqual([
    'held',
    'released',
    'request',
    'answer',
  ]);
});

test('a held request that is dropped is proved never delivered', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'hold', where: 'client-node', link });
  const ended = caller.call('c1');
  await hitWithin(handle);
  await handle.drop();
  expect((await ended).error).toBe('ECONNRESET');
  await handle.heal();
  await bed.lane.drain();
  expect(bed.node.got).toEqual([]);
  expect(proxyLines(bed.sink.lines, 'c1')).toEqual(['held', 'dropped']);
});

test('healing a hold delivers what it holds, and the caller gets its answer', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'hold', where: 'client-node', link });
  const ended = caller.call('c1');
  await hitWithin(handle);
  await handle.heal();
  expect(await ended).toMatchObject({ status: 202, bytes: 100 });
});

test('a hold ends by itself', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({
    kind: 'hold',
    where: 'client-node',
    link,
    parameters: { maxHoldMs: 100 },
  });
  const ended = await caller.call('c1');
  expect(ended).toMatchObject({ status: 202 });
  expect(ended.elapsedMs).toBeGreaterThan(20);
  await handle.heal();
  expect(handle.hits).toBe(1);
});

test('a held answer: the request is carried out, the answer comes at the release', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'hold-answer', where: 'client-node', link });
  const ended = caller.call('c1');
  await hitWithin(handle);
  expect(bed.node.got).toHaveLength(1);
  await bed.lane.drain();
  await handle.release();
  expect(await ended).toMatchObject({ status: 202, bytes: 100 });
});

test('a duplicate: the node gets the request twice, the caller one answer', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'duplicate', where: 'client-node', link });
  const first = waitForLine(bed, 'answer', 'c1');
  const ended = caller.call('c1');
  await hitWithin(handle);
  await first;
  expect(bed.node.got).toHaveLength(1);
  await handle.heal();
  expect(await ended).toMatchObject({ status: 202 });
  await bed.lane.drain();
  expect(bed.node.got.map(({ call }) => call)).toEqual(['c1', 'c1']);
  const copies = bed.sink.lines.flatMap((line) =>
    line.stream === 'proxy' && line.type === 'request' ? [line.copy] : [],
  );
  expect(copies).toEqual([1, 2]);
});

test('a kill drops what is held for the node, unless it is kept', async () => {
  await using bed = await openBed();
  const dropped = await bed.lane.clientLink('a', bed.node);
  const handle = await bed.lane.inject({ kind: 'hold', where: 'client-node', link: dropped });
  using first = new Caller(dropped.url);
  const one = first.call('c1');
  await hitWithin(handle);
  await bed.lane.cutNode('a');
  expect((await one).error).toBe('ECONNRESET');
  expect(proxyLines(bed.sink.lines, 'c1')).toEqual(['held', 'dropped']);
  await handle.heal();

  const kept = await bed.lane.inject({ kind: 'hold', where: 'client-node', link: dropped });
  const two = first.call('c2');
  await hitWithin(kept);
  await bed.lane.cutNode('a', 'rst', { keepHeld: true });
  expect((await two).error).toBe('ECONNRESET');
  const answered = waitForLine(bed, 'answer', 'c2');
  await kept.release();
  await answered;
  expect(bed.node.got.map(({ call }) => call)).toEqual(['c2']);
});

function waitForLine(bed: Awaited<ReturnType<typeof openBed>>, type: string, call: string) {
  return new Promise<void>((resolve) => {
    const stop = bed.lane.onProxyLine((line) => {
      if (line.type !== type || line.call !== call) return;
      stop();
      resolve();
    });
  });
}

test.each([
  ['the lane', 60, undefined],
  ['the fault itself', 60_000, 60],
])('a hold ends by itself after the time of %s', async (_, holdMsMax, maxHoldMs) => {
  await using bed = await openBed({ holdMsMax });
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const parameters = maxHoldMs === undefined ? {} : { maxHoldMs };
  const handle = await bed.lane.inject({ kind: 'hold', where: 'client-node', link, parameters });
  expect((await caller.call('c1')).status).toBe(202);
  await expect.poll(() => handle.healed).toBe(true);
  expect(handle.hits).toBe(1);
});
