// Faults of whole links, their ends, and what a lane leaves behind.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Caller, hitWithin, openBed, startNode } from '../testing/bed.ts';

test('refuse: the open connection ends, new ones are refused, and it heals', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  await bed.lane.drain();
  const handle = await bed.lane.inject({ kind: 'refuse', where: 'client-node', link });
  expect(handle.hits).toBe(1);
  using fresh = new Caller(link.url);
  const { error, elapsedMs } = await fresh.call('c2');
  expect(error).toBe('ECONNREFUSED');
  link.observed({ call: 'c2', error: error!, phase: 'connect', elapsedMs });
  expect(handle.struck.map(({ call }) => call)).toEqual(['c1', 'c2']);
  await handle.heal();
  expect(await fresh.call('c3')).toMatchObject({ status: 202 });
});

test('refuse that nobody tried has no hit', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const handle = await bed.lane.inject({ kind: 'refuse', where: 'client-node', link });
  link.observed({ call: 'c1', status: 202, elapsedMs: 1 });
  await handle.heal();
  expect(handle.hits).toBe(0);
});

test('black hole: nothing arrives, and healing resets the connection', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  const handle = await bed.lane.inject({ kind: 'black-hole', where: 'client-node', link });
  const ended = caller.call('c2');
  await hitWithin(handle);
  expect(await Promise.race([ended, sleep(30, 'open')])).toBe('open');
  await handle.heal();
  expect((await ended).error).toBe('ECONNRESET');
  expect(bed.node.got.map(({ call }) => call)).toEqual(['c1']);
  await bed.lane.drain();
  expect(bed.sink.lines).toContainEqual(
    expect.objectContaining({ stream: 'proxy', type: 'dropped', call: 'c2' }),
  );
  expect(await caller.call('c3')).toMatchObject({ status: 202 });
});

test('a partition of the answers: the request is carried out, its answer lost', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind: 'partition', where: 'client-node', link });
  const ended = caller.call('c1');
  await hitWithin(handle);
  await handle.heal();
  expect((await ended).error).toBe('ECONNRESET');
  expect(bed.node.got).toHaveLength(1);
});

test.for([
  ['timeout-request', 0, 'dropped'],
  ['timeout-answer', 1, 'swallowed'],
] as const)('%s: the call stays open until it heals', async ([kind, delivered, line]) => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({ kind, where: 'client-node', link });
  const ended = caller.call('c1');
  expect((await hitWithin(handle)).call).toBe('c1');
  expect(await Promise.race([ended, sleep(30, 'open')])).toBe('open');
  await handle.heal();
  expect((await ended).error).toBe('ECONNRESET');
  expect(bed.node.got).toHaveLength(delivered);
  await bed.lane.drain();
  expect(bed.sink.lines).toContainEqual(
    expect.objectContaining({ stream: 'proxy', type: line, call: 'c1' }),
  );
});

test('a black hole ends by itself', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const parameters = { maxHoldMs: 60 };
  await bed.lane.inject({ kind: 'black-hole', where: 'client-node', link, parameters });
  expect((await caller.call('c1')).error).toBe('ECONNRESET');
});

test('flapping: some attempts fail, some pass, and it ends up', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const parameters = { periodMs: 20 };
  const handle = await bed.lane.inject({
    kind: 'flapping',
    where: 'client-node',
    link,
    parameters,
  });
  const seen = new Set<string>();
  const untilMs = performance.now() + 5000;
  for (let n = 0; seen.size < 2 && performance.now() < untilMs; n += 1) {
    using caller = new Caller(link.url);
    const { error, elapsedMs } = await caller.call(`c${n}`);
    if (error !== undefined) {
      link.observed({ call: `c${n}`, error, phase: 'connect', elapsedMs });
    }
    seen.add(error === undefined ? 'passed' : 'failed');
    await sleep(3);
  }
  expect([...seen].sort()).toEqual(['failed', 'passed']);
  expect(handle.hits).toBeGreaterThan(0);
  await handle.heal();
  using caller = new Caller(link.url);
  expect(await caller.call('last')).toMatchObject({ status: 202 });
});

test('half-open: the node is not told that its caller has left', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const leaving = new AbortController();
  using caller = new Caller(link.url);
  const gate = Promise.withResolvers<void>();
  bed.node.gate = gate.promise;
  const handle = await bed.lane.inject({ kind: 'half-open', where: 'client-node', link });
  const ended = caller.call('c1', { signal: leaving.signal });
  while (bed.node.got.length === 0) await sleep(2);
  leaving.abort();
  await ended;
  await hitWithin(handle);
  await sleep(30);
  expect(bed.node.ended).toBe(0);
  await handle.heal();
  while (bed.node.ended === 0) await sleep(2);
  gate.resolve();
});

test('without a fault the node is told at once that its caller has left', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  caller[Symbol.dispose]();
  while (bed.node.ended === 0) await sleep(2);
  expect(bed.node.ended).toBe(1);
});

test('a fault of a node strikes all its links, later ones too, and no other node', async () => {
  await using bed = await openBed();
  const [first, other] = [
    await bed.lane.clientLink('a', bed.node),
    await bed.lane.clientLink('b', bed.node),
  ];
  const handle = await bed.lane.inject({ kind: 'cut-answer', where: 'client-node', node: 'a' });
  const later = await bed.lane.clientLink('a', bed.node);
  for (const [link, fails] of [
    [first, true],
    [later, true],
    [other, false],
  ] as const) {
    using caller = new Caller(link.url);
    expect((await caller.call(`to ${link.name}`)).error !== undefined).toBe(fails);
  }
  await handle.heal();
  expect(handle.hits).toBe(2);
});

test('a link leads to the new port of a restarted node', async () => {
  await using bed = await openBed();
  await using second = await startNode();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  await bed.lane.cutNode('a');
  await bed.lane.nodeStarted('a', 2, second);
  expect(await caller.call('c2')).toMatchObject({ status: 202 });
  expect(second.got.map(({ call }) => call)).toEqual(['c2']);
  await bed.lane.drain();
  const requests = bed.sink.lines.filter((l) => l.stream === 'proxy' && l.type === 'request');
  expect(requests).toMatchObject([
    { call: 'c1', boot: 1 },
    { call: 'c2', boot: 2 },
  ]);
});

test('after disposal no proxy is left, and every fault has healed', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const handle = await bed.lane.inject({ kind: 'black-hole', where: 'client-node', link });
  await bed.lane.inject({ kind: 'latency', where: 'client-node', node: 'a' });
  await bed.lane[Symbol.asyncDispose]();
  expect(handle.healed).toBe(true);
  expect(bed.lane.active).toEqual([]);
  expect(await (await fetch(`${bed.apiUrl}/proxies`)).json()).toEqual({});
  expect(bed.sink.lines.filter((l) => l.stream === 'fault' && l.type === 'heal')).toHaveLength(2);
});

test('a fault that one link refuses is in force on none', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const gone = await bed.lane.clientLink('a', bed.node);
  await fetch(`${bed.apiUrl}/proxies/${gone.name}`, { method: 'DELETE' });
  const injected = bed.lane.inject({ kind: 'latency', where: 'client-node', node: 'a' });
  await expect(injected).rejects.toMatchObject({ name: 'HarnessError' });
  const { toxics } = (await (await fetch(`${bed.apiUrl}/proxies/${link.name}`)).json()) as {
    toxics: unknown[];
  };
  expect(toxics).toEqual([]);
  expect(bed.lane.active).toEqual([]);
});

test('a fault that heals while it is being injected leaves nothing', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const injecting = bed.lane.inject({ kind: 'black-hole', where: 'client-node', link });
  await bed.lane.healAll();
  expect((await injecting).healed).toBe(true);
  using caller = new Caller(link.url);
  expect(await caller.call('c1')).toMatchObject({ status: 202 });
});

test('a link that is closed under its faults: they heal, and its last lines are told', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  const kinds = ['refuse', 'black-hole', 'hold', 'flapping'] as const;
  const held = await bed.lane.inject({ kind: 'hold', where: 'client-node', link });
  const ended = caller.call('c2');
  await hitWithin(held);
  for (const kind of kinds) await bed.lane.inject({ kind, where: 'client-node', link });
  await link.close();
  expect((await ended).error).toBeDefined();
  await bed.lane.healAll();
  expect(bed.lane.active).toEqual([]);
  const types = bed.sink.lines.flatMap((l) => (l.stream === 'proxy' ? [l.type] : []));
  expect(types).toContain('close');
  expect(types).toContain('dropped');
});
