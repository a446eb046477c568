// Right after the 200 of a detach the same node takes the tenant again: 202 at once, Active, whole, as often as it is asked.

import { openFlow, scenario } from '#suite';
import { detached } from '../shared/steps.ts';

const TIMES = 4;

export default scenario({
  id: 'flows/detach/then-attach-here',
  title: 'detached and at once attached again on the same node, several times',
  decides: [
    'detach.reattach',
    'attach.absent-known-is-accepted',
    'attach.reaches-active-or-broken',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('again', { branches: 1 });
    const api = await context.api({ node: 'a' });
    for (let time = 1; time <= TIMES; time += 1) {
      await detached(context, tenant, 'a');
      tenant.ask('a');
      const answer = await api.call('attach', {
        tenant: tenant.id,
        expect: {
          kind: 'success',
          status: 202,
          name: `attach ${time}`,
          requirement: 'detach.reattach',
        },
      });
      const isAccepted = answer.response?.status === 202;
      context.check('attach.absent-known-is-accepted', `time ${time}`, isAccepted, {
        message: 'an attach right after the 200 of a detach was not accepted',
        expected: 202,
        actual: answer.response?.status,
        tenant: tenant.id,
        node: 'a',
      });
      const state = await context.eventually(async () => {
        const shown = context.tenantState(await api.call('tenant_status', { tenant: tenant.id }));
        return shown === 'Active' || shown === 'Broken' ? shown : undefined;
      }, 3 * context.limits.attach);
      context.check('attach.reaches-active-or-broken', `Active ${time}`, state === 'Active', {
        message: 'an attach that was accepted on a healthy store did not become Active',
        expected: 'Active',
        actual: state ?? 'neither Active nor Broken',
        tenant: tenant.id,
        node: 'a',
      });
      if (state !== 'Active') return;
      await tenant.expectWhole('a');
    }
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});
