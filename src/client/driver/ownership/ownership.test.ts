// Evidence and may-own, by hand-made events: what closes, what does not, and what opens again.

import { expect, test } from 'vitest';
import { HarnessError } from '../../../core/exit.ts';
import type { HistoryEvent, Operation, ProcessLine, ProxyLine } from '../../../history/events.ts';
import { createDeliveryTracker } from './evidence.ts';
import { createOwnership } from './ownership.ts';

const tenant = 'f'.repeat(32);

function proxy(type: ProxyLine['type'], call: string, more: Partial<ProxyLine> = {}): HistoryEvent {
  return {
    stream: 'proxy',
    link: 'client-node',
    type,
    node: 'a',
    boot: 1,
    conn: '1',
    call,
    ...more,
  };
}

function life(type: ProcessLine['type'], boot = 1, node = 'a'): HistoryEvent {
  return { stream: 'process', type, node, boot };
}

function table() {
  const ownership = createOwnership();
  const invoke = (call: string, op: Operation, more: { node?: string; ignored?: boolean } = {}) =>
    ownership.invoked({
      op,
      tenant,
      call,
      boot: 1,
      direct: false,
      ignored: more.ignored ?? false,
      node: more.node ?? 'a',
    });
  const ok = (call: string, status = 200) => ownership.completed(call, { type: 'ok', status });
  return {
    ...{ ownership, invoke, ok },
    lost: (call: string) => ownership.completed(call, { type: 'info' }),
    failed: (call: string, status: number) => ownership.completed(call, { type: 'fail', status }),
    see: (...events: HistoryEvent[]) => {
      for (const event of events) ownership.see(event);
    },
    owns: () => ownership.mayOwn(tenant, 'a'),
  };
}

test.each([
  ['nothing', [], 'unknown'],
  ['delivered', [proxy('request', 'c')], 'in-flight'],
  ['answered', [proxy('request', 'c'), proxy('answer', 'c')], 'answered'],
  ['held', [proxy('held', 'c')], 'in-flight'],
  ['held, dropped', [proxy('held', 'c'), proxy('dropped', 'c')], 'dropped'],
  ['answer swallowed', [proxy('request', 'c'), proxy('swallowed', 'c')], 'in-flight'],
  ['in part', [proxy('partial', 'c')], 'in-flight'],
  ['never connected', [proxy('dropped', 'c')], 'dropped'],
  [
    'a copy in part, the original dropped',
    [proxy('held', 'c'), proxy('partial', 'c'), proxy('dropped', 'c')],
    'in-flight',
  ],
  [
    'two copies, one answer',
    [proxy('request', 'c'), proxy('request', 'c'), proxy('answer', 'c')],
    'in-flight',
  ],
  [
    'a copy answered, the original held',
    [proxy('held', 'c'), proxy('request', 'c'), proxy('answer', 'c')],
    'in-flight',
  ],
  ['delivered to the dead', [proxy('request', 'c'), life('exit')], 'dead'],
  ['delivered to the next boot', [proxy('request', 'c', { boot: 2 }), life('exit')], 'in-flight'],
  ['held over a death', [proxy('held', 'c'), life('exit')], 'in-flight'],
  ['another node died', [proxy('request', 'c'), life('exit', 1, 'b')], 'in-flight'],
] as const)('%s: %#', (_, events, expected) => {
  const tracker = createDeliveryTracker();
  tracker.watch('c');
  for (const event of events) tracker.see(event);
  expect(tracker.stateOf('c')).toBe(expected);
});

test('opens with the invocation; a refusal takes back its own request and no other', () => {
  const t = table();
  t.invoke('1', 'attach');
  expect(t.owns()).toBe(true);
  t.lost('1');
  t.invoke('2', 'attach');
  t.failed('2', 404);
  expect(t.owns()).toBe(true);
  expect(t.ownership.unresolved(tenant, 'a')).toEqual(['1']);
  const alone = table();
  alone.invoke('1', 'attach');
  alone.failed('1', 404);
  expect(alone.owns()).toBe(false);
});

test('a detach closes only if every attach was settled before it was invoked', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.lost('1');
  t.invoke('2', 'detach');
  t.see(proxy('request', '1'), proxy('answer', '1', { status: 202 }));
  t.ok('2');
  expect(t.owns()).toBe(true);
  expect(t.ownership.unresolved(tenant, 'a')).toEqual([]);
  t.invoke('3', 'detach');
  t.ok('3', 404);
  expect(t.owns()).toBe(false);
});

test('an answered detach closes after all when what blocked it was refused', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.invoke('2', 'detach');
  t.ok('2', 404);
  expect(t.owns()).toBe(true);
  t.failed('1', 409);
  expect(t.owns()).toBe(false);
});

test('a 500 settles an attach and a detach after it closes', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.ownership.completed('1', { type: 'info', status: 500 });
  t.invoke('2', 'detach');
  t.ok('2');
  expect(t.owns()).toBe(false);
});

test('a late copy of an answered attach opens again, even after a refusal', () => {
  for (const end of ['ok', 'fail'] as const) {
    const t = table();
    t.invoke('1', 'attach');
    t.see(proxy('request', '1'), proxy('answer', '1'));
    t.ownership.completed('1', { type: end, status: end === 'ok' ? 202 : 404 });
    t.invoke('2', 'detach');
    t.ok('2');
    expect(t.owns()).toBe(false);
    t.see(proxy('request', '1', { copy: 2 }));
    expect(t.owns()).toBe(true);
    t.see(proxy('answer', '1'));
    t.invoke('3', 'detach');
    t.ok('3');
    expect(t.owns()).toBe(false);
  }
});

test('proxy lines that come after the client has its answer change nothing', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.ok('1', 202);
  t.invoke('2', 'detach');
  t.see(proxy('request', '1'), proxy('answer', '1'));
  t.ok('2');
  expect(t.owns()).toBe(false);
});

test('a death ends what had arrived, and not what is still on its way', () => {
  const arrived = table();
  arrived.invoke('1', 'attach');
  arrived.lost('1');
  arrived.see(proxy('request', '1'), life('exit'));
  expect(arrived.owns()).toBe(false);
  const held = table();
  held.invoke('1', 'attach');
  held.lost('1');
  held.see(proxy('held', '1'), life('exit'));
  expect(held.owns()).toBe(true);
  held.see(proxy('dropped', '1'));
  expect(held.ownership.unresolved(tenant, 'a')).toEqual([]);
});

test('a boot takes up what is on the disk, but not what is ignored or gone', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.ok('1', 202);
  t.see(proxy('request', '1'), life('exit'));
  expect(t.owns()).toBe(false);
  t.see(life('spawn', 2));
  expect(t.owns()).toBe(true);
  t.invoke('2', 'ignore');
  t.ok('2');
  t.see(life('exit', 2), life('spawn', 3));
  expect(t.owns()).toBe(false);
  t.invoke('3', 'detach');
  t.ok('3', 404);
  t.invoke('4', 'load');
  t.ok('4', 202);
  expect(t.owns()).toBe(true);
  t.see(life('exit', 1), life('emptied'), life('spawn', 4));
  expect(t.owns()).toBe(false);
});

test('P1: no second owner, and no start of a node that has the tenant on its disk meanwhile', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.ok('1', 202);
  expect(() => t.ownership.assertMayOpen('attach', tenant, 'b')).toThrow(HarnessError);
  expect(() => t.ownership.assertMayOpen('attach', tenant, 'a')).not.toThrow();
  expect(() => t.ownership.assertMayOpen('detach', tenant, 'b')).not.toThrow();
  t.see(proxy('request', '1'), life('exit'));
  expect(() => t.ownership.assertMayOpen('attach', tenant, 'b')).not.toThrow();
  t.invoke('2', 'attach', { node: 'b' });
  expect(t.ownership.startHazards('a')).toEqual([tenant]);
  expect(t.ownership.onDiskOf(tenant)).toBe('a');
  t.see(life('emptied'));
  expect(t.ownership.startHazards('a')).toEqual([]);
  expect(t.ownership.onDiskOf(tenant)).toBe('b');
  t.ownership.permitUnsafe(tenant);
  expect(() => t.ownership.assertMayOpen('attach', tenant, 'a')).not.toThrow();
});

test('an attach to a dead process owns nothing once it is proved dropped, whichever is told first', () => {
  for (const evidenceFirst of [true, false]) {
    const t = table();
    t.see(life('exit'));
    t.invoke('1', 'attach');
    expect(t.owns()).toBe(true);
    if (evidenceFirst) t.see(proxy('dropped', '1'));
    t.lost('1');
    if (!evidenceFirst) t.see(proxy('dropped', '1'));
    expect(t.owns()).toBe(false);
    t.see(life('spawn', 2));
    expect(t.owns()).toBe(false);
  }
});

test('an attach to a dead process that left no trace stays unresolved', () => {
  const t = table();
  t.see(life('exit'));
  t.invoke('1', 'attach');
  t.lost('1');
  expect(t.ownership.unresolved(tenant, 'a')).toEqual(['1']);
});

test('an attach that is proved dropped while its process lives waits for a detach', () => {
  const t = table();
  t.invoke('1', 'attach');
  t.see(proxy('dropped', '1'));
  t.lost('1');
  expect(t.ownership.unresolved(tenant, 'a')).toEqual([]);
  expect(t.owns()).toBe(true);
  t.see(life('exit'), life('spawn', 2));
  // It never arrived: there is nothing on the disk that the next boot could take up.
  expect(t.owns()).toBe(false);
});
