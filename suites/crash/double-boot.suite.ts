// A second process is started on the data folder of a node that runs. That it is refused is right; where it runs, what
// it writes tells.

import { openFlow, scenario, sleep } from '#suite';
import { everyOf } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

const TENANTS = ['one', 'two'];
/** How long a second process that was not refused is watched, milliseconds. */
const WATCHED_MS = 300;

export default scenario({
  id: 'crash/double-boot',
  title: 'a second process on one data folder is refused, or does no harm',
  decides: ['P2', 'P3', 'P4', 'P6', 'P8', 'durability.restart'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(TENANTS, (name) => flow.tenant(name, { branches: 1 }));
    const second = await context.rig.node('a').doubleBoot();
    if (second.kind === 'running') {
      await sleep(WATCHED_MS, context.signal);
      await second.kill();
    }
    await everyOf(tenants, async (tenant) => {
      context.faultedFlow();
      const what = `whole after a second process was ${second.kind}`;
      await expectHolding(context, tenant, wholeOf(tenant), { requirement: 'P8', what });
    });
    await context.rig.node('a').restart('kill');
    await everyOf(tenants, async (tenant) => {
      const what = 'a start after a second process brings all back';
      const requirement = 'durability.restart';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what });
      await tenant.settle();
    });
  },
});
