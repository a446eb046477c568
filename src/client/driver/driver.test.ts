// Each rule of the driver against scripted nodes.

import { expect, test } from 'vitest';
import { HarnessError } from '../../core/exit.ts';
import {
  drive,
  inState,
  LIMITS,
  refusal,
  type Script,
  SHORT,
  startNode,
  tenant,
} from '../testing/drive.ts';
import type { DriverOptions } from './lane.ts';

const accepted = { status: 202 } as const;
const good: Script = {
  attach: [accepted],
  detach: [{ status: 200 }],
  ignore: [{ status: 200 }],
  load: [accepted],
  timeline: [{ status: 201, json: {} }],
  GET: [inState('Active')],
  LIST: [{ status: 200, json: [] }],
};

async function stage(a: Script, options: Partial<DriverOptions> = {}) {
  const nodeA = await startNode({ ...good, ...a });
  const nodeB = await startNode(good);
  const rig = drive(nodeA, nodeB, options);
  return {
    ...rig,
    nodeA,
    nodeB,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await nodeA[Symbol.asyncDispose]();
      await nodeB[Symbol.asyncDispose]();
    },
  };
}

test('attach: 202, polls through the states until Active', async () => {
  await using s = await stage({
    GET: [inState('Attaching'), inState('Activating'), inState('Active')],
  });
  const outcome = await s.driver.attach(tenant, 'a');
  expect(outcome).toMatchObject({ kind: 'active', attempts: 1, late: false });
  expect(s.nodeA.steps()).toEqual(['attach', 'GET', 'GET', 'GET']);
});

test('attach: Broken is an end', async () => {
  await using s = await stage({ GET: [inState('Broken')] });
  expect(await s.driver.attach(tenant, 'a')).toMatchObject({ kind: 'broken' });
});

test.each(['hang', 'reset', refusal(500)] as const)(
  'attach: unanswered or undistinguished (%j) and a 404: sent again to the same node, never elsewhere',
  async (reply) => {
    await using s = await stage({
      attach: [reply, accepted],
      GET: [refusal(404), inState('Active')],
    });
    const outcome = await s.driver.attach(tenant, 'a');
    expect(outcome).toMatchObject({ kind: 'active', attempts: 2 });
    expect(s.nodeA.steps()).toEqual(['attach', 'GET', 'attach', 'GET']);
    expect(s.nodeB.asked).toEqual([]);
  },
);

test('attach: 409 is polled, and sent again once the tenant is absent', async () => {
  await using s = await stage({
    attach: [refusal(409), accepted],
    GET: [inState('Stopping'), refusal(404), inState('Active')],
  });
  expect(await s.driver.attach(tenant, 'a')).toMatchObject({ kind: 'active' });
  expect(s.nodeA.steps()).toEqual(['attach', 'GET', 'GET', 'attach', 'GET']);
});

test('attach: a distinguished error ends it, without may-own', async () => {
  await using s = await stage({ attach: [refusal(404)] });
  const outcome = await s.driver.attach(tenant, 'a');
  expect(outcome).toMatchObject({ kind: 'refused', status: 404, mayOwn: false });
  expect(await s.driver.attach(tenant, 'b')).toMatchObject({ kind: 'active' });
});

test('attach: a refusal after an unanswered one leaves may-own open, and the other node shut', async () => {
  await using s = await stage({ attach: ['hang', refusal(404)], GET: [refusal(404)] });
  const outcome = await s.driver.attach(tenant, 'a');
  expect(outcome).toMatchObject({ kind: 'refused', mayOwn: true });
  await expect(s.driver.attach(tenant, 'b')).rejects.toThrow(HarnessError);
  expect(s.nodeB.asked).toEqual([]);
});

test('attach: for ever Attaching is stuck, after three limits and no flood of polls', async () => {
  await using s = await stage({ GET: [inState('Attaching')] }, SHORT);
  const outcome = await s.driver.attach(tenant, 'a');
  expect(outcome).toMatchObject({ kind: 'stuck', late: true, seen: 'state Attaching' });
  expect(outcome.elapsedMs).toBeGreaterThan(450);
  expect(s.nodeA.asked.length).toBeLessThan(60);
});

test.each([false, true])(
  'attach: between one and three limits is late, unless a fault held it (%s)',
  async (isHeld) => {
    await using s = await stage({});
    const time = { now: 0n };
    await using rig = drive(s.nodeA, s.nodeB, {
      clock: { now: () => time.now },
      isHeld: () => isHeld,
    });
    const attaching = rig.driver.attach(tenant, 'a');
    time.now = BigInt(2 * LIMITS.attach) * 1_000_000n;
    expect(await attaching).toMatchObject({ kind: 'active', late: !isHeld });
  },
);

test('absent: an odd error and a list that does not name the tenant, told once', async () => {
  const told: number[] = [];
  await using s = await stage({ GET: [refusal(500)] });
  await using rig = drive(s.nodeA, s.nodeB, { onOddStatus: ({ status }) => told.push(status) });
  expect(await rig.driver.look(tenant, 'a')).toBe('absent');
  expect(await rig.driver.look(tenant, 'a')).toBe('absent');
  expect(told).toEqual([500]);
});

test('absent: not when the list names the tenant or can not be had', async () => {
  for (const list of [{ status: 200, json: [{ id: tenant }] }, refusal(500), 'hang'] as const) {
    await using s = await stage({ GET: [refusal(500)], LIST: [list] });
    expect(await s.driver.look(tenant, 'a')).toBe('Unknown');
  }
});

test('detach: repeated after an unanswered one; its 404 is an end', async () => {
  await using s = await stage({ detach: ['hang', refusal(500), refusal(404)] });
  await s.driver.attach(tenant, 'a');
  expect(await s.driver.detach(tenant, 'a')).toMatchObject({ kind: 'done', attempts: 3 });
  expect(s.driver.ownership.mayOwn(tenant, 'a')).toBe(false);
});

test('detach: refused, and stuck', async () => {
  await using refused = await stage({ detach: [refusal(403)] });
  expect(await refused.driver.detach(tenant, 'a')).toMatchObject({ kind: 'refused', status: 403 });
  await using stuck = await stage({ detach: [refusal(500)] }, SHORT);
  expect(await stuck.driver.detach(tenant, 'a')).toMatchObject({ kind: 'stuck', late: true });
});

test('move: not before the evidence of an unanswered attach, and after one more detach', async () => {
  for (const evidence of ['answered', 'dropped'] as const) {
    await using s = await stage({
      attach: ['hang', accepted],
      GET: [refusal(404), inState('Active')],
    });
    expect(await s.driver.attach(tenant, 'a')).toMatchObject({ kind: 'active', attempts: 2 });
    const [lost] = s.calls('attach');
    const moving = s.driver.move(tenant, 'a', 'b');
    while (s.calls('detach').length < 1) await new Promise((next) => setTimeout(next, 1));
    await new Promise((next) => setTimeout(next, 40));
    expect(s.nodeB.asked).toEqual([]);
    if (evidence === 'dropped') s.proxy('dropped', lost!);
    else {
      s.proxy('request', lost!);
      s.proxy('answer', lost!);
    }
    expect(await moving).toMatchObject({ kind: 'active', at: 'attach' });
    expect(s.calls('detach').length).toBe(2);
  }
});

test('move: without evidence it is unresolved, and nothing is sent to the other node', async () => {
  const script = { attach: ['hang', accepted], GET: [refusal(404), inState('Active')] } as const;
  await using s = await stage(script, SHORT);
  await s.driver.attach(tenant, 'a');
  const outcome = await s.driver.move(tenant, 'a', 'b');
  expect(outcome).toMatchObject({ kind: 'unresolved', at: 'detach', calls: ['c1.1'] });
  expect(s.nodeB.asked).toEqual([]);
});

test('move: a dead process that had got the attach frees the tenant', async () => {
  await using s = await stage({ attach: ['hang'], GET: [inState('Attaching')] }, SHORT);
  expect(await s.driver.attach(tenant, 'a')).toMatchObject({ kind: 'stuck' });
  s.proxy('request', s.calls('attach')[0]!);
  s.driver.ownership.see({ stream: 'process', type: 'exit', node: 'a', boot: 1 });
  expect(await s.driver.attach(tenant, 'b')).toMatchObject({ kind: 'active' });
});

test('ignore and load: 200 closes; a lost 200 whose tenant is gone is absent with may-own open', async () => {
  await using s = await stage({});
  await s.driver.attach(tenant, 'a');
  expect(await s.driver.ignore(tenant, 'a')).toMatchObject({ kind: 'done' });
  expect(await s.driver.load(tenant, 'a')).toMatchObject({ kind: 'active' });
  await using lost = await stage({ ignore: ['reset'], GET: [inState('Active'), refusal(404)] });
  await lost.driver.attach(tenant, 'a');
  expect(await lost.driver.ignore(tenant, 'a')).toMatchObject({ kind: 'absent' });
  expect(lost.driver.ownership.mayOwn(tenant, 'a')).toBe(true);
});

test('create: a 409 of the first is a refusal, of a repeated one a success', async () => {
  const create = { status: 201, json: tenant };
  await using s = await stage({ tenant: [create] });
  expect(await s.driver.createTenant(tenant, 'a', { gc_horizon: 9 })).toMatchObject({
    kind: 'active',
  });
  expect(JSON.parse(s.nodeA.asked[0]!.body)).toEqual({ gc_horizon: 9, new_tenant_id: tenant });
  await using taken = await stage({ tenant: [refusal(409)] });
  expect(await taken.driver.createTenant(tenant, 'a')).toMatchObject({
    kind: 'refused',
    status: 409,
  });
  await using again = await stage({
    tenant: ['hang', refusal(409)],
    GET: [refusal(404), inState('Active')],
  });
  expect(await again.driver.createTenant(tenant, 'a')).toMatchObject({
    kind: 'active',
    attempts: 2,
  });
});

test('timelines: repeated until answered; a 409 counts as done only after an unanswered one', async () => {
  const id = 'c'.repeat(32);
  await using s = await stage({ timeline: ['reset', refusal(409)] });
  expect(await s.driver.createTimeline(tenant, 'a', { id, ancestor: 'd' })).toMatchObject({
    kind: 'done',
  });
  expect(JSON.parse(s.nodeA.asked[0]!.body)).toEqual({
    new_timeline_id: id,
    ancestor_timeline_id: 'd',
  });
  await using taken = await stage({ timeline: [refusal(409)] });
  expect(await taken.driver.createTimeline(tenant, 'a', { id })).toMatchObject({ kind: 'refused' });
});

test("an ended scenario ends the step with the signal's reason", async () => {
  const stop = new AbortController();
  await using s = await stage({ GET: [inState('Attaching')] });
  await using rig = drive(s.nodeA, s.nodeB, { signal: stop.signal });
  const attaching = rig.driver.attach(tenant, 'a');
  setTimeout(() => stop.abort(new Error('over')), 20);
  await expect(attaching).rejects.toThrow('over');
});
