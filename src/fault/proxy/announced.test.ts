// A plain Toxiproxy can't see requests: their client announces them, and a toxic strikes the chosen one alone.

import { expect, test } from 'vitest';
import { type FaultValue, faultValues } from '../kinds/catalogue.ts';
import type { ClientLink } from '../lane/link.ts';
import { type Bed, Caller, type Ended, openBed } from '../testing/bed.ts';

const PLAIN = new Set(['proxy', 'tap']);
const VALUES = faultValues(PLAIN).filter(({ where }) => where === 'client-node');
/** Over with the exchange that they struck; the others stay until they are healed. */
const OF_ONE_EXCHANGE = /^(timeout-|reset-|cut-answer)/;

test.for(VALUES)('$name strikes the request that it chooses, and none before', async (value) => {
  await using bed = await openBed({ plain: true });
  const link = await bed.lane.clientLink('a', bed.node);
  const handle = await inject(bed, link, value, { nth: 2 });
  using caller = new Caller(link.url);
  expect(await announced(link, caller, 'other', '/v1/tenant/t')).toMatchObject({ status: 202 });
  expect(await announced(link, caller, 'first')).toMatchObject({ status: 202 });
  expect(handle.hits).toBe(0);
  await announced(link, caller, 'second');
  expect(handle.hits).toBe(1);
  expect(handle.struck[0]).toMatchObject({ call: 'second' });
  if (OF_ONE_EXCHANGE.test(value.name)) {
    expect(await announced(link, caller, 'third')).toMatchObject({ status: 202, bytes: 100 });
    expect(handle.hits).toBe(1);
  }
  await handle.heal();
  using after = new Caller(link.url);
  expect(await announced(link, after, 'last')).toMatchObject({ status: 202, bytes: 100 });
});

test('a request that was swallowed counts when healing tells its caller', async () => {
  await using bed = await openBed({ plain: true });
  const link = await bed.lane.clientLink('a', bed.node);
  const [value] = VALUES.filter(({ kind }) => kind === 'black-hole');
  const handle = await inject(bed, link, value!);
  using caller = new Caller(link.url);
  const swallowed = announced(link, caller, 'c1', undefined, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(handle.held).toEqual([link.name]);
  await handle.heal();
  expect((await swallowed).error).toBe('ECONNRESET');
  expect(handle.hits).toBe(1);
  expect(handle.held).toEqual([]);
});

test('a fault of one exchange strikes as often as it may', async () => {
  await using bed = await openBed({ plain: true });
  const link = await bed.lane.clientLink('a', bed.node);
  const [value] = VALUES.filter(({ kind }) => kind === 'reset-before-request');
  const handle = await inject(bed, link, value!, { times: 2 });
  using caller = new Caller(link.url);
  const ends: Ended[] = [];
  for (const call of ['c1', 'c2', 'c3']) ends.push(await announced(link, caller, call));
  expect(ends.map(({ status }) => status)).toEqual([undefined, undefined, 202]);
  expect(handle.hits).toBe(2);
});

test('what nobody announces for needs triggers', async () => {
  await using bed = await openBed({ plain: true });
  const link = await bed.lane.clientLink('a', bed.node);
  const lacks = { name: 'UnsupportedError', capability: 'proxy-trigger' };
  const refuse = { kind: 'refuse', where: 'client-node' } as const;
  const operation = { path: /attach/ };
  await expect(
    bed.lane.inject({ ...refuse, node: 'a', when: { operation } }),
  ).rejects.toMatchObject(lacks);
  await expect(bed.lane.inject({ ...refuse, link, when: { call: 'c1' } })).rejects.toMatchObject(
    lacks,
  );
});

function inject(bed: Bed, link: ClientLink, { kind, parameters }: FaultValue, when = {}) {
  const operation = { method: 'POST', path: /attach$/ };
  return bed.lane.inject({
    ...{ kind, link, parameters },
    where: 'client-node',
    when: { operation, ...when },
  });
}

/** Calls as a client of a flow does. */
async function announced(
  link: ClientLink,
  caller: Caller,
  call: string,
  path = '/v1/tenant/t/attach',
  timeoutMs = 400,
): Promise<Ended> {
  await link.sending({ method: 'POST', path });
  const outcome = await caller.call(call, { path, signal: AbortSignal.timeout(timeoutMs) });
  link.observed({ call, phase: outcome.error === 'ECONNREFUSED' ? 'connect' : 'wait', ...outcome });
  return outcome;
}
