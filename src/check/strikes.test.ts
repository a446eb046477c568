// What struck a tenant: its own faults and those of its node, the newest of them, each once.

import { expect, test } from 'vitest';
import type { HistoryLine } from '../history/events.ts';
import { createStrikes } from './strikes.ts';

function seen(...lines: readonly Record<string, unknown>[]) {
  const strikes = createStrikes();
  for (const [i, line] of lines.entries()) strikes.see({ i, t: i * 10, ...line } as HistoryLine);
  return (tenant?: string, node?: string) =>
    strikes.before(tenant, node).map(({ i, text }) => `${i} ${text}`);
}

const hit = (fault: string, more: Record<string, unknown>) => ({
  ...{ stream: 'fault', type: 'hit', kind: 'store-503', where: 'node-store', fault },
  ...more,
});

test('the first hit of each fault on the tenant and on its node, oldest first; none of others', () => {
  const before = seen(
    hit('f1', { tenant: 't', req: 's1' }),
    { stream: 'process', type: 'kill', node: 'a', boot: 2 },
    hit('f1', { tenant: 't', req: 's2' }),
    hit('f2', { tenant: 'u', call: 'c1' }),
    hit('f3', { node: 'a' }),
    { stream: 'process', type: 'spawn', node: 'a', boot: 3 },
  );
  const own = '0 store-503 (node-store, f1) hit s1';
  expect(before('t')).toEqual([own]);
  expect(before('t', 'a')).toEqual([own, '1 kill of a#2', '4 store-503 (node-store, f3)']);
  expect(before('u', 'b')).toEqual(['3 store-503 (node-store, f2) hit c1']);
  expect(before(undefined, undefined)).toEqual([]);
});

test('only the newest are kept', () => {
  const before = seen(
    ...['f1', 'f2', 'f3', 'f4', 'f5'].map((fault) => hit(fault, { tenant: 't' })),
  );
  expect(before('t')).toHaveLength(4);
  expect(before('t')[0]).toMatch(/f2/);
});
