// Each wrong client does what is wrong with it; the right driver, in the same place, does not.

import { expect, test } from 'vitest';
import { HarnessError } from '../../core/exit.ts';
import {
  drive,
  inState,
  refusal,
  type Script,
  SHORT,
  startNode,
  tenant,
} from '../testing/drive.ts';
import { createWrongClient, type WrongClientKind } from './wrong-clients.ts';

const tempting: Record<WrongClientKind, Script> = {
  'elsewhere-on-404': { attach: ['hang'], GET: [refusal(404)] },
  'trust-has-in-progress-downloads': {
    attach: [{ status: 202 }],
    GET: [inState('Attaching', { has_in_progress_downloads: false })],
  },
  'timeout-is-failure': { attach: ['hang'], GET: [inState('Attaching')] },
};

test.each(Object.keys(tempting) as WrongClientKind[])('%s goes elsewhere', async (kind) => {
  await using a = await startNode(tempting[kind]);
  await using b = await startNode({ attach: [{ status: 202 }] });
  await using rig = drive(a, b, SHORT);
  const { ownership } = rig.driver;
  const wrong = createWrongClient(kind, { ...rig.options, ownership });
  const placed = await wrong.place(tenant, 'a', 'b');
  expect(placed.node).toBe('b');
  expect(b.steps()).toEqual(['attach']);
  expect(ownership.mayOwn(tenant, 'a')).toBe(true);
  expect(ownership.ownersElsewhere(tenant, 'b')).toEqual(['a']);
  // The history says that it was meant, before the tenant's first call.
  expect(rig.events[0]).toEqual({ stream: 'run', type: 'control', tenant });
});

test.each(Object.keys(tempting) as WrongClientKind[])(
  'where %s goes elsewhere, the right driver does not',
  async (kind) => {
    await using a = await startNode(tempting[kind]);
    await using b = await startNode({ attach: [{ status: 202 }] });
    await using rig = drive(a, b, SHORT);
    const outcome = await rig.driver.attach(tenant, 'a');
    expect(outcome.kind).toBe('stuck');
    await expect(rig.driver.attach(tenant, 'b')).rejects.toThrow(HarnessError);
    expect(b.asked).toEqual([]);
  },
);

test('nothing tempts them: they stay', async () => {
  await using a = await startNode({
    attach: [{ status: 202 }],
    GET: [inState('Active', { has_in_progress_downloads: true })],
  });
  await using b = await startNode({});
  for (const kind of Object.keys(tempting) as WrongClientKind[]) {
    await using rig = drive(a, b, SHORT);
    const placed = await createWrongClient(kind, rig.options).place(tenant, 'a', 'b');
    expect(placed.node).toBe('a');
  }
  expect(b.asked).toEqual([]);
});
