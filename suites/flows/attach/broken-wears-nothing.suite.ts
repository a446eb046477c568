// Twenty attaches end Broken (or refused) in one life of the process, each taken away by a detach that says 200; then the object is as it
// was, and the same attach works.

import { indexesOf, openFlow, scenario, UndecidedError } from '#suite';
import { attached, detached } from '../shared/steps.ts';

const TIMES = 20;

export default scenario({
  id: 'flows/attach/broken-wears-nothing',
  title: 'twenty attaches that end Broken leave the good path working',
  decides: ['attach.broken-is-repairable', 'liveness.wear', 'P2', 'P7', 'machine'],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('worn');
    await detached(context, tenant, 'a');
    const { objects } = context.rig.store;
    const [key] = await indexesOf(context, tenant.id);
    if (key === undefined) throw new UndecidedError('the tenant has no index in the store');
    const whole = (await objects.get(key))!;
    const { history } = context.rig;
    const what = 'index: no JSON';
    history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what, scenario: context.id });
    await objects.put(key, 'this is no index');
    const api = await context.api({ node: 'a' });
    for (let time = 1; time <= TIMES; time += 1) {
      const answer = await api.call('attach', { tenant: tenant.id });
      if (answer.response?.status !== 202) continue;
      await context.eventually(async () => {
        const state = context.tenantState(await api.call('tenant_status', { tenant: tenant.id }));
        return state === 'Broken' || state === undefined || undefined;
      }, context.limits.attach);
      const left = await api.call('detach', { tenant: tenant.id });
      const status = left.response?.status;
      context.check('attach.broken-is-repairable', 'a detach takes it away', status === 200, {
        message: `the detach of a Broken tenant was answered ${status} (time ${time})`,
        expected: 200,
        actual: status,
        tenant: tenant.id,
        node: 'a',
      });
    }
    await objects.put(key, whole);
    await attached(context, tenant, 'a', 'liveness.wear');
    await tenant.expectWhole('a', 'liveness.wear');
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});
