// A call to a node that is down: its proxy line resolves it, for the driver and for the checkers alike.

import { expect, test } from 'vitest';
import { createOwnership } from '../../client/index.ts';
import { Caller, openBed } from '../testing/bed.ts';

const tenant = 'a'.repeat(32);

test('an attach to a dead process is proved dropped, and owns nothing', async () => {
  await using bed = await openBed();
  const ownership = createOwnership();
  bed.lane.onProxyLine((line) => ownership.see(line));
  const link = await bed.lane.clientLink('a', bed.node);
  await bed.node[Symbol.asyncDispose]();
  ownership.see({ stream: 'process', type: 'exit', node: 'a', boot: 1 });
  const call = { op: 'attach', tenant, node: 'a', boot: 1, direct: false, ignored: false } as const;
  ownership.invoked({ ...call, call: 'c1' });
  using caller = new Caller(link.url);
  expect(await caller.call('c1')).toMatchObject({ error: 'ECONNRESET' });
  ownership.completed('c1', { type: 'info' });
  await bed.lane.drain();
  expect(bed.sink.lines.filter(({ stream }) => stream === 'proxy')).toMatchObject([
    { type: 'open' },
    { type: 'dropped', call: 'c1', node: 'a', boot: 1 },
  ]);
  expect(ownership.mayOwn(tenant, 'a')).toBe(false);
});
