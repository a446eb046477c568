// Every value of the catalogue on the link between a node and the store.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { monotonicClock } from '../../core/clock.ts';
import { type Store, startStore } from '../../store/index.ts';
import { CAPABILITIES, runToxiproxyServer } from '../../toxiproxy/index.ts';
import {
  type FaultLane,
  type FaultValue,
  faultKind,
  faultValues,
  openFaultLane,
} from '../index.ts';
import { type Recorded, record } from '../testing/bed.ts';
import { type Put, put } from '../testing/s3-put.ts';

const TENANT = '0123456789abcdef0123456789abcdef';
const PROXY_VALUES = faultValues(new Set(['proxy', 'proxy-hold', 'proxy-trigger', 'proxy-events']));

interface LinkBed extends AsyncDisposable {
  readonly lane: FaultLane;
  readonly store: Store;
  readonly sink: Recorded;
  readonly port: number;
  put(): Promise<Put>;
}

async function openLinkBed(extended: boolean): Promise<LinkBed> {
  const origin = monotonicClock.now();
  const sink = record(origin);
  const engine = await runToxiproxyServer({ host: '127.0.0.1', port: 0, seed: '1' });
  let lane: FaultLane | undefined;
  const store = await startStore({
    sink,
    bucket: 'bucket',
    region: 'eu',
    prefix: '',
    cutBy: (connection) => lane?.cutBy(connection),
  });
  lane = await openFaultLane({
    toxiproxy: {
      apiUrl: `http://${engine.host}:${engine.port}`,
      capabilities: new Set(extended ? CAPABILITIES : []),
      listenHost: '127.0.0.1',
    },
    store,
    sink,
    clock: monotonicClock,
    headerStart: origin,
  });
  await lane.nodeStarted('a', 1);
  const opened = lane;
  const link = await opened.storeLink('a', await store.listen('a'));
  return {
    lane: opened,
    store,
    sink,
    port: link.port,
    put: () => put(link, store.issueKey('a', 1), `${TENANT}/index_part.json`),
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await engine.close();
    },
  };
}

test.for(PROXY_VALUES.filter(({ where }) => where === 'node-store'))(
  '$name strikes a store link, heals and leaves it whole',
  async ({ kind, parameters }: FaultValue) => {
    await using bed = await openLinkBed(true);
    const handle = await bed.lane.inject({ kind, where: 'node-store', node: 'a', parameters });
    const ended = bed.put();
    const early = await Promise.race([ended, sleep(250, undefined)]);
    await bed.lane.drain();
    // Whom a closed port refuses is known to the caller alone.
    if (kind !== 'refuse' && kind !== 'flapping' && kind !== 'half-open' && kind !== 'slow-close') {
      expect(handle.hits).toBeGreaterThan(0);
    }
    const { answer, request } = faultKind(kind);
    if (answer === 'never' && early !== undefined) expect(early.error).toBeDefined();
    await handle.heal();
    await ended;
    if (request === 'never') expect(commits(bed)).toEqual([]);
    expect(await bed.put()).toMatchObject({ status: 200 });
  },
);

test.for(
  faultValues(new Set(['proxy', 'tap'])).filter(
    ({ kind, where }) => where === 'node-store' && !kind.startsWith('store-'),
  ),
)('$name without events: the tap tells what it struck', async ({ kind, parameters }) => {
  await using bed = await openLinkBed(false);
  // A connection that is open when the fault begins: a closed port is proved by its end alone.
  expect(await bed.put()).toMatchObject({ status: 200 });
  const standing = connect(bed.port, '127.0.0.1');
  await once(standing, 'connect');
  await until(async () => (await bed.store.connections()).length > 0);
  const handle = await bed.lane.inject({ kind, where: 'node-store', node: 'a', parameters });
  const ended = bed.put();
  await Promise.race([ended, sleep(500)]);
  await handle.heal();
  standing.destroy();
  await ended;
  expect(handle.hits).toBeGreaterThan(0);
  expect(await bed.put()).toMatchObject({ status: 200 });
});

test('what the lane cuts is marked as cut by the lane', async () => {
  await using bed = await openLinkBed(true);
  const held = await bed.lane.inject({ kind: 'store-hold', where: 'node-store', tenant: TENANT });
  const ended = bed.put();
  await held.hit();
  await bed.lane.cutNode('a');
  expect((await ended).error).toBe('ECONNRESET');
  await held.release();
  await bed.store.settle('a', 1);
  expect(commits(bed)).toEqual(['lane']);
});

test('without events the tap tells what a paced store link struck', async () => {
  await using bed = await openLinkBed(false);
  const handle = await bed.lane.inject({ kind: 'latency', where: 'node-store', node: 'a' });
  expect(handle.hits).toBe(0);
  expect(await bed.put()).toMatchObject({ status: 200 });
  expect(handle.struck).toMatchObject([{ node: 'a', tenant: TENANT, req: expect.any(String) }]);
});

/** Who had ended the connection of each commit, in order. */
function commits(bed: LinkBed): (string | undefined)[] {
  return bed.sink.lines.flatMap((l) =>
    l.stream === 'store' && l.type === 'committed' ? [l.cut] : [],
  );
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5);
}
