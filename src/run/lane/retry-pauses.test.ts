// The pause before a repetition is told from everything else that comes between two requests for one key.

import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../history/index.ts';
import { RetryPauses } from './retry-pauses.ts';

const TENANT = '1'.repeat(32);

/** Plays events at their milliseconds; the quiet time where the target says 2000 ms. */
function quietAfter(...events: readonly (readonly [number, HistoryEvent])[]): number {
  let now = 0;
  const pauses = new RetryPauses(() => now);
  for (const [atMs, event] of events) {
    now = atMs;
    pauses.see(event);
  }
  return pauses.quietMs(2_000);
}

const put = (type: 'received' | 'answered' | 'dropped', status?: number): HistoryEvent => ({
  stream: 'store',
  type,
  req: 's1',
  op: 'put',
  key: `${TENANT}/index_part.json`,
  node: 'a',
  boot: 1,
  tenant: TENANT,
  ...(status === undefined ? {} : { status }),
});
const attach: HistoryEvent = {
  ...{ stream: 'client', type: 'invoke', op: 'attach', node: 'a', boot: 1, proc: 1 },
  ...{ call: 'c1', tenant: TENANT },
};
const paused: HistoryEvent = { stream: 'process', type: 'pause', node: 'a', boot: 1 };
const linkHealed: HistoryEvent = {
  ...{ stream: 'fault', type: 'heal', fault: 'f1', kind: 'refuse', where: 'node-store', node: 'a' },
};

test('three of the longest pauses, but not for ever', () => {
  expect(quietAfter([0, put('answered', 500)], [3_000, put('received')])).toBe(9_000);
  expect(quietAfter([0, put('answered')], [1_000, put('received')])).toBe(3_000);
  expect(quietAfter([0, put('dropped')], [800, put('received')])).toBe(2_400);
  expect(quietAfter([0, put('answered', 503)], [60_000, put('received')])).toBe(10_000);
});

test('short pauses change nothing, nor does what is no repetition', () => {
  expect(quietAfter([0, put('answered', 500)], [200, put('received')])).toBe(2_000);
  expect(quietAfter([0, put('answered', 200)], [3_000, put('received')])).toBe(2_000);
  for (const between of [attach, paused, linkHealed]) {
    expect(quietAfter([0, put('answered', 500)], [10, between], [3_000, put('received')])).toBe(
      2_000,
    );
  }
});
