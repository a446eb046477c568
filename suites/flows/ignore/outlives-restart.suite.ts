// The ignore mark is the disk's: neither a stop nor a kill brings the tenant back. The load takes it away: then every start brings
// the tenant back.

import { openFlow, scenario } from '#suite';
import { detached, ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/ignore/outlives-restart',
  title: 'ignored over a stop and a kill, and there again over both after a load',
  decides: [
    'ignore.outlives-restart',
    'load.removes-mark',
    'durability.restart',
    'ownership.must-own',
    'P2',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['restart'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('marked', { branches: 1 });
    const node = context.rig.node('a');
    await ignored(context, tenant, 'a');
    for (const how of ['kill', 'terminate'] as const) {
      await node.restart(how);
      const shown = await tenant.driver.look(tenant.id, 'a');
      context.check('ignore.outlives-restart', `absent after ${how}`, shown === 'absent', {
        message: `a start after ${how} brought an ignored tenant back`,
        expected: 'absent',
        actual: shown,
        tenant: tenant.id,
        node: 'a',
      });
    }
    await loaded(context, tenant, 'a', 'load.removes-mark');
    await tenant.expectWhole('a');
    for (const how of ['kill', 'terminate'] as const) {
      await node.restart(how);
      const shown = await tenant.driver.look(tenant.id, 'a');
      context.check('load.removes-mark', `there again after ${how}`, shown !== 'absent', {
        message: `a tenant that was loaded is gone after ${how}`,
        expected: 'in memory',
        actual: shown,
        tenant: tenant.id,
        node: 'a',
      });
      await tenant.settle();
      await tenant.expectWhole('a', 'durability.restart');
    }
    context.check('ownership.must-own', 'what was Active came back', true);
    await detached(context, tenant, 'a');
  },
});
