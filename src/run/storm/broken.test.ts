// Broken is excused by a store fault that touched the very attach, load or start, and by nothing else.

import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../history/index.ts';
import { BrokenWatch } from './broken.ts';

const TENANT = '1'.repeat(32);
const OTHER = '2'.repeat(32);
const AT = { node: 'a', boot: 1, proc: 1 } as const;

let calls = 0;
function call(
  op: 'attach' | 'detach' | 'tenant_status',
  end: { readonly type?: 'fail' | 'info'; readonly seen?: { readonly state: 'Active' } },
): HistoryEvent[] {
  calls += 1;
  const name = `c${calls}`;
  return [
    { stream: 'client', type: 'invoke', op, call: name, tenant: TENANT, ...AT },
    {
      stream: 'client',
      call: name,
      type: end.type ?? 'ok',
      ...(end.seen ? { seen: end.seen } : {}),
    },
  ];
}
const attach = () => call('attach', {});
const refused = () => call('attach', { type: 'fail' });
const detach = () => call('detach', { type: 'info' });
const active = () => call('tenant_status', { seen: { state: 'Active' } });
const store = (type: 'hit' | 'heal', fault = 'f1', tenant: string | undefined = TENANT) => ({
  ...{ stream: 'fault', type, fault, kind: 'store-500', where: 'node-store', node: 'a' },
  ...(tenant === undefined ? {} : { tenant }),
});
const spawn = { stream: 'process', type: 'spawn', node: 'a', boot: 2 } as const;

function isGroundless(...events: readonly (HistoryEvent | readonly HistoryEvent[])[]): boolean {
  const watch = new BrokenWatch();
  for (const event of events.flat()) watch.see(event as HistoryEvent);
  return watch.isGroundless(TENANT, 'a');
}
const hit = store('hit') as HistoryEvent;
const heal = store('heal') as HistoryEvent;

test('a store fault during the attach is a reason, also one that is told late', () => {
  expect(isGroundless(attach(), hit, heal)).toBe(false);
  expect(isGroundless(attach(), heal, hit)).toBe(false);
  expect(isGroundless(hit, attach())).toBe(false);
  expect(isGroundless(attach(), store('hit', 'f2', undefined) as HistoryEvent)).toBe(false);
  // The refused one brought nothing: what broke is what the first brought.
  expect(isGroundless(attach(), hit, heal, refused())).toBe(false);
});

test('nothing, an older fault, or a fault of another tenant is none', () => {
  expect(isGroundless(attach())).toBe(true);
  expect(isGroundless(hit, heal, attach())).toBe(true);
  expect(isGroundless(attach(), hit, heal, spawn)).toBe(true);
  expect(isGroundless(attach(), store('hit', 'f1', OTHER) as HistoryEvent)).toBe(true);
  const client = { ...store('hit'), where: 'client-node' } as HistoryEvent;
  expect(isGroundless(attach(), client)).toBe(true);
});

test('an Active tenant has none, unless somebody asked for its end', () => {
  expect(isGroundless(attach(), active(), hit)).toBe(true);
  expect(isGroundless(attach(), active(), detach(), hit)).toBe(false);
  expect(isGroundless(attach(), active(), spawn, hit)).toBe(false);
});

test('a tenant whose attach was delivered twice is not judged', () => {
  const events = attach();
  const copy: HistoryEvent = {
    ...{
      stream: 'proxy',
      type: 'request',
      conn: 'p1',
      link: 'client-node',
      node: 'a',
      boot: 1,
      call: `c${calls}`,
    },
  };
  expect(isGroundless(events, copy)).toBe(true);
  expect(isGroundless(events, copy, copy)).toBe(false);
});

test('a tenant that nobody brought there is not judged', () => {
  expect(isGroundless(hit)).toBe(false);
});
