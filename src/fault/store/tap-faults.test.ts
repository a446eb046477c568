// Faults of single store requests, made by the tap.

import { expect, test } from 'vitest';
import { monotonicClock } from '../../core/clock.ts';
import { type Store, startStore } from '../../store/index.ts';
import type { FaultHandle, FaultParameters } from '../fault.ts';
import { type FaultLane, openFaultLane } from '../index.ts';
import type { TapKind } from '../kinds/kind.ts';
import { hitWithin, type Recorded, record } from '../testing/bed.ts';
import { type Put, put } from '../testing/s3-put.ts';

const TENANT = '0123456789abcdef0123456789abcdef';
const OTHER = 'f'.repeat(32);

interface TapBed extends AsyncDisposable {
  readonly lane: FaultLane;
  readonly store: Store;
  readonly sink: Recorded;
  put(tenant: string, name?: string): Promise<Put>;
}

async function openTapBed(): Promise<TapBed> {
  const origin = monotonicClock.now();
  const sink = record(origin);
  const store = await startStore({ sink, bucket: 'bucket', region: 'eu', prefix: '' });
  const address = await store.listen('a');
  const key = store.issueKey('a', 1);
  const clock = monotonicClock;
  const lane = await openFaultLane({
    toxiproxy: undefined,
    store,
    sink,
    clock,
    headerStart: origin,
  });
  return {
    lane,
    store,
    sink,
    put: (tenant, name = 'index_part.json') => put(address, key, `${tenant}/timelines/x/${name}`),
    [Symbol.asyncDispose]: async () => {
      await lane[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

interface Row {
  readonly kind: TapKind;
  readonly parameters?: FaultParameters;
  readonly commits: boolean;
  readonly seen: Partial<Put>;
}

const ROWS: readonly Row[] = [
  { kind: 'store-watch', commits: true, seen: { status: 200 } },
  { kind: 'store-500', commits: false, seen: { status: 500, code: 'InternalError' } },
  { kind: 'store-503', commits: false, seen: { status: 503, code: 'ServiceUnavailable' } },
  { kind: 'store-slow-down', commits: false, seen: { status: 503, code: 'SlowDown' } },
  {
    kind: 'store-fail',
    parameters: { point: 'committed', status: 500, code: 'InternalError' },
    commits: true,
    seen: { status: 500 },
  },
  {
    kind: 'store-slow',
    parameters: { bytesPerSecond: 20_000 },
    commits: true,
    seen: { status: 200 },
  },
  { kind: 'store-delay', parameters: { latencyMs: 5 }, commits: true, seen: { status: 200 } },
  {
    kind: 'store-truncate',
    parameters: { bytes: 10 },
    commits: true,
    seen: { error: 'HPE_INVALID_EOF_STATE' },
  },
  { kind: 'store-reset', commits: false, seen: { error: 'ECONNRESET' } },
  { kind: 'store-commit-then-reset', commits: true, seen: { error: 'ECONNRESET' } },
];

test.for(ROWS)('$kind strikes the tenant, nobody else, and heals', async (row) => {
  await using bed = await openTapBed();
  const { kind, parameters = {}, commits, seen } = row;
  const handle = await bed.lane.inject({ kind, where: 'node-store', tenant: TENANT, parameters });
  expect(await bed.put(OTHER)).toMatchObject({ status: 200 });
  expect(handle.hits).toBe(0);
  const { error, ...rest } = await bed.put(TENANT);
  if (seen.error === undefined) expect(rest).toMatchObject(seen);
  else expect(error).toBeDefined();
  expect(handle.hits).toBe(1);
  expect(handle.struck[0]).toMatchObject({ node: 'a', tenant: TENANT });
  expect(types(bed, handle.struck[0]!.req!).includes('committed')).toBe(commits);
  await handle.heal();
  expect(await bed.put(TENANT)).toMatchObject({ status: 200 });
  expect(faultLines(bed, handle)).toEqual(['inject', 'hit', 'heal']);
});

test.for(['received', 'committed', 'answered'] as const)(
  'a request held at %s goes on when it is released',
  async (point) => {
    await using bed = await openTapBed();
    const parameters = { point };
    const handle = await bed.lane.inject({ kind: 'store-hold', where: 'node-store', parameters });
    const ended = bed.put(TENANT);
    const { req } = await hitWithin(handle);
    expect(handle.held).toEqual([req]);
    expect(types(bed, req!).includes('committed')).toBe(point !== 'received');
    await handle.release();
    expect(await ended).toMatchObject({ status: 200 });
    expect(types(bed, req!)).toContain('committed');
  },
);

test('a held request can be dropped, and never commits', async () => {
  await using bed = await openTapBed();
  const handle = await bed.lane.inject({ kind: 'store-hold', where: 'node-store' });
  const ended = bed.put(TENANT);
  const { req } = await hitWithin(handle);
  await handle.drop(req);
  expect((await ended).error).toBe('ECONNRESET');
  expect(types(bed, req!)).toEqual(['received', 'dropped']);
});

test('a swallowed request is reset when the fault ends by itself', async () => {
  await using bed = await openTapBed();
  const parameters = { maxHoldMs: 30 };
  await bed.lane.inject({ kind: 'store-drop', where: 'node-store', parameters });
  expect((await bed.put(TENANT)).error).toBe('ECONNRESET');
});

test('a fault strikes n times from the m-th request of a key on', async () => {
  await using bed = await openTapBed();
  const when = { key: /index_part/, op: ['put'] as const, nth: 2, times: 2 };
  const handle = await bed.lane.inject({ kind: 'store-503', where: 'node-store', when });
  const statuses: (number | undefined)[] = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await bed.put(TENANT)).status);
  expect(statuses).toEqual([200, 503, 503, 200, 200]);
  expect(await bed.put(TENANT, 'layer')).toMatchObject({ status: 200 });
  expect(handle.hits).toBe(2);
});

test('without a Toxiproxy proxy faults are unsupported, and links lead straight on', async () => {
  await using bed = await openTapBed();
  const upstream = { host: '127.0.0.1', port: 1 };
  const link = await bed.lane.clientLink('a', upstream);
  expect(link.url).toBe('http://127.0.0.1:1');
  const injected = bed.lane.inject({ kind: 'latency', where: 'client-node', link });
  await expect(injected).rejects.toMatchObject({ name: 'UnsupportedError', capability: 'proxy' });
  expect([...bed.lane.capabilities]).toEqual(['tap']);
});

function types(bed: TapBed, req: string): string[] {
  return bed.sink.lines.flatMap((l) => (l.stream === 'store' && l.req === req ? [l.type] : []));
}

function faultLines(bed: TapBed, { id }: FaultHandle): string[] {
  return bed.sink.lines.flatMap((l) => (l.stream === 'fault' && l.fault === id ? [l.type] : []));
}
