// A caller that leaves while the node works on its request.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Caller, hitWithin, openBed } from '../testing/bed.ts';

test.for(['fin', 'rst'] as const)(
  'the caller goes by %s while the node works on its request',
  async (end) => {
    await using bed = await openBed();
    const gate = Promise.withResolvers<void>();
    bed.node.gate = gate.promise;
    const link = await bed.lane.clientLink('a', bed.node);
    using caller = new Caller(link.url);
    const parameters = { end };
    const handle = await bed.lane.inject({
      kind: 'caller-gone',
      where: 'client-node',
      link,
      parameters,
    });
    expect((await caller.call('c1')).error).toBe('ECONNRESET');
    expect(await hitWithin(handle)).toMatchObject({ call: 'c1' });
    while (bed.node.got.length === 0) await sleep(2);
    expect(bed.node.got).toMatchObject([{ call: 'c1' }]);
    gate.resolve();
    await handle.heal();
    expect(await caller.call('c2')).toMatchObject({ status: 202 });
  },
);
