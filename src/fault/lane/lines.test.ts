// The lane's lines in the history.

import { expect, test } from 'vitest';
import { createLineValidator } from '../../history/index.ts';
import { Caller, hitWithin, openBed } from '../testing/bed.ts';

test('every line fits the published schema and names its scenario', async () => {
  await using bed = await openBed();
  const link = await bed.lane.clientLink('a', bed.node, 'faults/held-attach');
  using caller = new Caller(link.url);
  const handle = await bed.lane.inject({
    kind: 'hold',
    where: 'client-node',
    link,
    tenant: '0123456789abcdef0123456789abcdef',
    when: { operation: { method: 'POST', path: /attach$/ }, times: 2 },
    parameters: { maxHoldMs: 2000 },
    until: { afterMs: 3000 },
  });
  const one = caller.call('c1');
  await hitWithin(handle);
  await handle.drop();
  await one;
  const two = caller.call('c2');
  await handle.hit(AbortSignal.timeout(5000), 2);
  await handle.heal();
  await two;
  await link.close();
  await bed.lane.drain();
  const validate = createLineValidator();
  const told = bed.sink.lines.map((line, i) => validate({ i, ...line }));
  expect(told.flatMap((check) => ('message' in check ? [check.message] : []))).toEqual([]);
  expect(new Set(bed.sink.lines.map(({ scenario }) => scenario))).toEqual(
    new Set(['faults/held-attach']),
  );
  expect(bed.sink.lines.filter(({ t }) => !Number.isSafeInteger(t))).toEqual([]);
});
