// Faults of one client link: each is seen by the caller, counted, and healed.

import { expect, test } from 'vitest';
import type { Fault, FaultHandle } from '../fault.ts';
import { type Bed, Caller, type Ended, hitWithin, openBed } from '../testing/bed.ts';

/** What is seen of a kind that needs no further action while it is in force. */
interface Row {
  readonly fault: Pick<Fault, 'kind' | 'parameters' | 'stream'>;
  /** Whether the node gets the request. */
  readonly delivered: boolean;
  readonly ended: (ended: Ended) => void;
}

const reset = (ended: Ended): void => expect(ended.error).toBe('ECONNRESET');
const whole = (ended: Ended): void => expect(ended).toMatchObject({ status: 202, bytes: 100 });
const afterMs =
  (ms: number) =>
  (ended: Ended): void => {
    whole(ended);
    expect(ended.elapsedMs).toBeGreaterThanOrEqual(ms);
  };

const ROWS: readonly Row[] = [
  { fault: { kind: 'reset-before-request' }, delivered: false, ended: reset },
  { fault: { kind: 'reset-after-request' }, delivered: true, ended: reset },
  {
    fault: { kind: 'reset-mid-answer', parameters: { bytes: 20 } },
    delivered: true,
    ended: reset,
  },
  {
    fault: { kind: 'cut-answer' },
    delivered: true,
    ended: (ended) => {
      expect(ended.error).toBe('ECONNRESET'); // Node's name for an end before the answer.
      expect(ended.headers).toBe(false);
    },
  },
  {
    fault: { kind: 'limit-data', parameters: { bytes: 210 } },
    delivered: true,
    ended: ({ headers, bytes }) => {
      expect(headers).toBe(true);
      expect(bytes).toBeLessThan(100);
    },
  },
  { fault: { kind: 'cut-request', parameters: { bytes: 30 } }, delivered: false, ended: reset },
  {
    fault: { kind: 'latency', parameters: { latencyMs: 40 } },
    delivered: true,
    ended: afterMs(79),
  },
  {
    fault: { kind: 'latency', stream: 'answer', parameters: { latencyMs: 40 } },
    delivered: true,
    ended: afterMs(39),
  },
  {
    fault: { kind: 'jitter', parameters: { latencyMs: 20, jitterMs: 10 } },
    delivered: true,
    ended: afterMs(9),
  },
  {
    fault: { kind: 'bandwidth', parameters: { bytesPerSecond: 4000 } },
    delivered: true,
    ended: whole,
  },
  { fault: { kind: 'slice' }, delivered: true, ended: whole },
];

test.for(ROWS.map((row) => [JSON.stringify(row.fault), row] as const))(
  '%s hits, is seen by the caller, and heals',
  async ([, { fault, delivered, ended }]) => {
    await using bed = await openBed();
    const link = await bed.lane.clientLink('a', bed.node);
    using caller = new Caller(link.url);
    const handle = await bed.lane.inject({ ...fault, where: 'client-node', link });
    expect(handle.hits).toBe(0);
    ended(await caller.call('c1'));
    await hitWithin(handle);
    await handle.heal();
    expect(bed.node.got.map(({ call }) => call)).toEqual(delivered ? ['c1'] : []);
    whole(await caller.call('c2'));
    expect(faultLines(bed, handle)).toEqual(['inject', 'hit', 'heal']);
  },
);

test('a fault that nothing meets says so', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  const other = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(other.url);
  const handle = await bed.lane.inject({ kind: 'cut-answer', where: 'client-node', link });
  const missed = handle.hit();
  missed.catch(() => undefined);
  whole(await caller.call('c1'));
  await handle.heal();
  expect(handle.hits).toBe(0);
  await expect(missed).rejects.toThrow('healed after 0 hits');
  expect(faultLines(bed, handle)).toEqual(['inject', 'heal']);
});

test('a trigger strikes the chosen request only', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({
    kind: 'cut-answer',
    where: 'client-node',
    link,
    tenant: 't',
    when: { operation: { method: 'POST', path: '/v1/tenant/t/detach' }, nth: 2 },
  });
  whole(await caller.call('c1'));
  whole(await caller.call('c2', { path: '/v1/tenant/t/detach' }));
  const third = await caller.call('c3', { path: '/v1/tenant/t/detach?detach_ignored=true' });
  expect(third.error).toBeDefined();
  const hit = await hitWithin(handle);
  expect(hit).toMatchObject({ call: 'c3', node: 'a' });
  expect(bed.sink.lines).toContainEqual(
    expect.objectContaining({
      stream: 'fault',
      type: 'hit',
      call: 'c3',
      tenant: 't',
      fault: handle.id,
    }),
  );
});

test.for(['latency', 'black-hole', 'refuse', 'limit-data'] as const)(
  '%s can begin with a chosen request; those before pass unharmed',
  async (kind) => {
    await using bed = await openBed();
    const link = await bed.lane.clientLink('a', bed.node);
    using caller = new Caller(link.url);
    const when = { operation: { path: /detach/ } };
    const parameters = { latencyMs: 30, maxHoldMs: kind === 'refuse' ? 3000 : 50 };
    const handle = await bed.lane.inject({ kind, where: 'client-node', link, when, parameters });
    whole(await caller.call('c1'));
    await bed.lane.drain();
    expect(handle.hits).toBe(0);
    const ended = await caller.call('c2', { path: '/v1/tenant/t/detach' });
    if (kind === 'latency') afterMs(59)(ended);
    else expect(ended.error).toBe('ECONNRESET');
    await hitWithin(handle);
    await handle.heal();
    whole(await caller.call('c3'));
  },
);

test('a fault of one request needs triggers', async () => {
  await using bed = await openBed({ plain: true });
  const link = await bed.lane.clientLink('a', bed.node);
  const when = { call: 'c1' };
  const injected = bed.lane.inject({ kind: 'cut-answer', where: 'client-node', link, when });
  await expect(injected).rejects.toMatchObject({ capability: 'proxy-trigger' });
});

test('the proxy lines tell what became of a call, with its boot', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node);
  using caller = new Caller(link.url);
  await caller.call('c1');
  await bed.lane.drain();
  const lines = bed.sink.lines.filter((line) => line.stream === 'proxy');
  expect(lines.map(({ type }) => type)).toEqual(['open', 'request', 'answer']);
  expect(lines[1]).toMatchObject({ call: 'c1', copy: 1, boot: 1, node: 'a', link: 'client-node' });
  expect(lines[2]).toMatchObject({ call: 'c1', status: 202 });
  expect(lines[1]!.t).toBeGreaterThan(0);
  expect(lines[2]!.t).toBeGreaterThan(lines[1]!.t!);
});

function faultLines(bed: Bed, { id }: FaultHandle): string[] {
  return bed.sink.lines.flatMap((line) =>
    line.stream === 'fault' && line.fault === id ? [line.type] : [],
  );
}
