// Every value of the catalogue on a client link, with events and without.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { FaultHandle } from '../fault.ts';
import type { ClientLink } from '../lane/link.ts';
import { type Bed, Caller, openBed } from '../testing/bed.ts';
import { FAULT_KINDS, type FaultValue, faultValues, missingFor } from './catalogue.ts';
import { PROXY_KINDS, TAP_KINDS } from './kind.ts';

const ON_CLIENTS = faultValues().filter(({ where }) => where === 'client-node');
const PLAIN = new Set(['proxy', 'tap']);

test('the catalogue has every kind once, with at least one value', () => {
  expect(FAULT_KINDS.map(({ kind }) => kind).sort()).toEqual([...PROXY_KINDS, ...TAP_KINDS].sort());
  expect(FAULT_KINDS.every(({ values }) => values.length > 0)).toBe(true);
  expect(new Set(faultValues().map(({ where, name }) => `${where} ${name}`)).size).toBe(
    faultValues().length,
  );
});

test.for(ON_CLIENTS)('$name strikes a client link, heals and leaves it whole', (value) =>
  strikeAndHeal(value, {}),
);

test.for(faultValues(PLAIN).filter(({ where }) => where === 'client-node'))(
  '$name without events: what the caller saw proves the hit',
  (value) => strikeAndHeal(value, { plain: true }),
);

const ON_PLAIN_CLIENTS = FAULT_KINDS.filter(({ where }) => where.includes('client-node')).flatMap(
  ({ kind }) => {
    const missing = missingFor({ kind, where: 'client-node' }, PLAIN);
    return missing === undefined ? [] : [{ kind, missing }];
  },
);

test.for(ON_PLAIN_CLIENTS)(
  '$kind is unsupported by a Toxiproxy without extensions',
  async ({ kind, missing }) => {
    await using bed = await openBed({ plain: true });
    const link = await bed.lane.clientLink('a', bed.node);
    await expect(bed.lane.inject({ kind, where: 'client-node', link })).rejects.toMatchObject({
      name: 'UnsupportedError',
      capability: missing,
    });
    expect(bed.sink.lines.filter(({ stream }) => stream === 'fault')).toEqual([]);
  },
);

async function strikeAndHeal(value: FaultValue, options: { plain?: boolean }): Promise<void> {
  await using bed = await openBed(options);
  bed.node.gate = value.kind === 'caller-gone' ? sleep(60) : undefined;
  const link = await bed.lane.clientLink('a', bed.node);
  const { kind, parameters } = value;
  const handle = await bed.lane.inject({ kind, where: 'client-node', link, parameters });
  await callUntilHit(bed, link, handle);
  expect(handle.hits).toBeGreaterThan(0);
  await handle.heal();
  bed.node.gate = undefined;
  using after = new Caller(link.url);
  expect(await after.call('last')).toMatchObject({ status: 202, bytes: 100 });
}

/** Calls with a time-out, as a driver does, and tells the lane how the call ended. */
async function callUntilHit(bed: Bed, link: ClientLink, handle: FaultHandle): Promise<void> {
  using caller = new Caller(link.url);
  const outcome = await caller.call('c1', { signal: AbortSignal.timeout(300) });
  const phase = outcome.error === 'ECONNREFUSED' ? 'connect' : 'wait';
  link.observed({ call: 'c1', phase, ...outcome });
  caller[Symbol.dispose](); // Its FIN is what faults of the end are about.
  const untilMs = performance.now() + 200;
  while (handle.hits === 0 && performance.now() < untilMs) {
    await sleep(5);
    await bed.lane.drain();
  }
}
