// A detach meets an attach that has been accepted and still waits for the store: the tenant goes, and what the attach had begun
// does not bring it back; the next attach works.

import { openFlow, scenario, sleep } from '#suite';
import { keepIndexReads, untilShown } from '../shared/kept-back.ts';
import { attached, detached } from '../shared/steps.ts';

/** How often in one life of the process. */
const TIMES = 3;

export default scenario({
  id: 'flows/detach/while-attaching',
  title: 'a detach ends an attach that still waits for the store, and nothing of it comes back',
  decides: ['detach.removes-memory', 'detach.reattach', 'P2', 'P7', 'P8', 'machine'],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('cut', { branches: 1 });
    await detached(context, tenant, 'a');
    const caller = await context.api({ node: 'a' });
    const api = await context.api({ node: 'a' });
    for (let time = 1; time <= TIMES; time += 1) {
      const index = await keepIndexReads(flow, tenant, 'a');
      // Nobody asks for the tenant to be here in the end.
      const accepting = caller.call('attach', {
        tenant: tenant.id,
        expect: {
          kind: 'success',
          status: 202,
          name: `attach ${time}`,
          requirement: 'attach.absent-known-is-accepted',
        },
      });
      await index.hit(context.signal);
      const state = await untilShown(context, api, tenant);
      const leaving = tenant.detach('a');
      await Promise.race([leaving, sleep(100, context.signal)]);
      await flow.healed(index, 'detach.removes-memory', 'a detach of an attach');
      await accepting;
      const left = await leaving;
      const status = left.last?.response?.status;
      const isRight = state === undefined || status !== 404 || left.attempts > 1;
      context.check('detach.removes-memory', `detach ${time} finds what attaches`, isRight, {
        message: `a detach of a tenant that was ${state} said 404`,
        expected: 200,
        actual: status,
        tenant: tenant.id,
        node: 'a',
      });
      await tenant.settle();
    }
    await attached(context, tenant, 'a', 'detach.reattach');
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
  },
});
