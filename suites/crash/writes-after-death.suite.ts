// Writes that had left the node before its death take effect only after it. The store can't fence them, so they are
// nobody's fault; what the next start makes of them is the server's.

import { openFlow, scenario } from '#suite';
import { startAgain } from './shared/restart.ts';
import { everyOf } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

const TENANTS = ['one', 'two', 'three', 'four'];

export default scenario({
  id: 'crash/writes-after-death',
  title: 'a write that arrives after the death of its node harms nothing that the next start finds',
  decides: ['P4', 'P6', 'P8', 'durability.restart'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(TENANTS, (name) => flow.tenant(name, { branches: 1 }));
    const faults = await everyOf(tenants, ({ id }, index) =>
      flow.fault({
        kind: 'store-hold',
        where: 'node-store',
        node: 'a',
        tenant: id,
        // Indexes of one half, what they name of the other.
        when: { op: ['put'], key: index % 2 === 0 ? /index_part/ : /^(?!.*index_part)/ },
      }),
    );
    const late = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.quiet)]);
    await Promise.all(faults.map((fault) => fault.hit(late).catch(() => undefined)));
    await context.rig.node('a').kill({ keepHeld: true });
    const isHeld = faults.some(({ hits }) => hits > 0);
    for (const fault of faults) await fault.heal();
    if (isHeld) for (const _ of tenants) context.faultedFlow();
    else context.unsupported('P4', 'the target does not write by itself');
    await startAgain(context, flow);
    await everyOf(tenants, async (tenant) => {
      const what = 'whole after writes that came late';
      const requirement = 'durability.restart';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what });
      await tenant.settle();
    });
  },
});
