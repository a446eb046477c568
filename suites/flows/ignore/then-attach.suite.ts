// The document does not say what an attach of an ignored tenant does. Whatever it is, the tenant ends whole and Active, or stays
// ignored as it was; nothing is lost and nobody writes who may not.

import { openFlow, scenario } from '#suite';
import { attached, ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/ignore/then-attach',
  title: 'an attach of an ignored tenant leaves it whole, or ignored',
  decides: [
    'ignore.keeps-files',
    'detach.reattach',
    'ownership.must-own',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('ignored', { branches: 1 });
    const api = await context.api({ node: 'a' });
    await ignored(context, tenant, 'a');
    tenant.ask('a');
    const answer = await api.call('attach', { tenant: tenant.id });
    if (answer.response?.status === 202) {
      const active = await tenant.driver.waitActive(tenant.id, 'a');
      context.check('ignore.keeps-files', 'accepted: Active', active.kind === 'active', {
        message: 'the attach of an ignored tenant was accepted and did not become Active',
        expected: 'Active',
        actual: active.kind,
        tenant: tenant.id,
        node: 'a',
      });
    } else {
      await loaded(context, tenant, 'a', 'ignore.keeps-files');
    }
    await tenant.expectWhole('a', 'ignore.keeps-files');
    await tenant.settle();
    if (!context.rig.supports('restart')) {
      context.unsupported('ownership.must-own', 'needs "restart"', ['restart']);
    } else {
      await context.rig.node('a').restart('kill');
      const shown = await tenant.driver.look(tenant.id, 'a');
      context.check('ownership.must-own', 'it is no longer ignored', shown !== 'absent', {
        message: 'a tenant that was ignored, attached and seen Active is gone after a restart',
        expected: 'in memory',
        actual: shown,
        tenant: tenant.id,
        node: 'a',
      });
      if (shown === 'absent') return;
      await tenant.settle();
    }
    const left = await tenant.detach('a', { ignored: true });
    context.check('detach.reattach', 'it can be detached', left.kind === 'done', {
      message: 'after an attach of an ignored tenant it could not be detached',
      expected: 'done',
      actual: left.kind,
      tenant: tenant.id,
      node: 'a',
    });
    await attached(context, tenant, 'a', 'detach.reattach');
    await tenant.expectWhole('a');
    await tenant.detach('a');
  },
});
