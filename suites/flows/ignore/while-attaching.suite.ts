// An ignore meets an attach that has been accepted and still waits for the store: after its 200 no start takes the attach up
// again, until the tenant is loaded.

import { expectOutcome, openFlow, scenario, sleep } from '#suite';
import { keepIndexReads, untilShown } from '../shared/kept-back.ts';
import { detached, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/ignore/while-attaching',
  title: 'an ignore ends an attach that still waits for the store, and no start brings it back',
  decides: ['ignore.outlives-restart', 'P2', 'P7', 'P8', 'machine'],
  needs: ['tap', 'restart'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'ignore.outlives-restart';
    const tenant = await flow.tenant('cut', { branches: 1 });
    const { id } = tenant;
    await detached(context, tenant, 'a');
    const index = await keepIndexReads(flow, tenant, 'a');
    const caller = await context.api({ node: 'a' });
    // Nobody asks for the tenant to be here in the end.
    const accepting = caller.call('attach', { tenant: id });
    await index.hit(context.signal);
    await untilShown(context, await context.api({ node: 'a' }), tenant);
    const leaving = tenant.ignore('a');
    await Promise.race([leaving, sleep(100, context.signal)]);
    await flow.healed(index, requirement, 'an ignore of an attach');
    await accepting;
    const left = await leaving;
    const step = { requirement, what: 'ignore of what attaches', id, node: 'a' };
    expectOutcome(context, left, ['done', 'absent', 'refused'], step);
    if (left.kind === 'done') {
      for (const how of ['kill', 'terminate'] as const) {
        await context.rig.node('a').restart(how);
        const shown = await tenant.driver.look(id, 'a');
        context.check(requirement, `absent after ${how}`, shown === 'absent', {
          message: `a start after ${how} took up the attach of a tenant that had been ignored`,
          expected: 'absent',
          actual: shown,
          tenant: id,
          node: 'a',
        });
      }
      await loaded(context, tenant, 'a');
      await tenant.expectWhole('a');
    }
    await detached(context, tenant, 'a');
  },
});
