// Names of faults are the same in every run; those that are left out act on nothing.

import { expect, test } from 'vitest';
import type { Fault, FaultHandle, FaultLane } from '../../fault/index.ts';
import { createFaults } from './faults.ts';

const HOLD: Fault = { kind: 'store-hold', where: 'node-store', node: 'b', tenant: 't' };

/** A lane on which every fault of node b strikes at once, twice. */
function lane() {
  const injected: Fault[] = [];
  const inject = async (fault: Fault): Promise<FaultHandle> => {
    injected.push(fault);
    const struck = fault.node === 'b' ? [{ t: 7 }, { t: 5 }] : [];
    return { struck, hits: struck.length } as unknown as FaultHandle;
  };
  return { injected, lane: () => ({ inject }) as unknown as FaultLane };
}

test('the n-th fault of a kind, place and tenant has its own name', async () => {
  const faults = createFaults(lane().lane, undefined);
  for (const fault of [HOLD, HOLD, { ...HOLD, node: 'a' }, { ...HOLD, tenant: 'u' }]) {
    await faults.inject(fault);
  }
  // The one of node a has struck nothing.
  expect(faults.struckFaults()).toEqual([
    ...['t 1', 't 2', 'u 1'].map((end) => ({
      name: `store-hold node-store b ${end}`,
      text: 'store-hold on store requests of node b',
      tenant: end[0],
      t: 5,
    })),
  ]);
});

test('one that is left out is on no lane, and those who wait for it go on', async () => {
  const { injected, lane: open } = lane();
  const faults = createFaults(open, ['store-hold node-store b t 2']);
  const first = await faults.inject(HOLD);
  const second = await faults.inject(HOLD);
  expect(injected).toHaveLength(1);
  expect(await first.hit()).toMatchObject({ node: 'b', tenant: 't' });
  expect([first.hits, first.held, first.healed]).toEqual([1, [], false]);
  await first.heal();
  expect(first.healed).toBe(true);
  expect(second.hits).toBe(2);
  expect(faults.struckFaults().map(({ name }) => name)).toEqual(['store-hold node-store b t 2']);
});
