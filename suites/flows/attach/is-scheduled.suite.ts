// 202 says that the attach is scheduled and nothing more: while the store keeps the index back, the tenant is there, is not
// Active without its timelines, and everything that would bring it in once more is refused.

import { type Api, openFlow, scenario, sleep } from '#suite';
import { keepIndexReads, shownState, untilShown } from '../shared/kept-back.ts';
import { attached, detached } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/is-scheduled',
  title: 'an attach is scheduled: not Active before the store gave the index, and 409 meanwhile',
  decides: [
    'attach.schedules',
    'attach.absent-known-is-accepted',
    'attach.conflict-while-present',
    'attach.retry-is-safe',
    'load.refuses-present',
    'attach.reaches-active-or-broken',
    'P2',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('held', { branches: 1 });
    await detached(context, tenant, 'a');
    const index = await keepIndexReads(flow, tenant, 'a');
    const caller = await context.api({ node: 'a' });
    const api = await context.api({ node: 'a' });
    tenant.ask('a');
    const accepting = caller.call('attach', {
      tenant: tenant.id,
      expect: {
        kind: 'success',
        status: 202,
        name: 'it is accepted',
        requirement: 'attach.absent-known-is-accepted',
      },
    });
    await index.hit(context.signal);
    const state = await untilShown(context, api, tenant);
    if (state !== undefined) {
      const early = await Promise.race([accepting, sleep(context.limits.api, context.signal)]);
      const isInBackground = early !== undefined || index.held.length === 0;
      context.check('attach.schedules', 'the 202 does not wait for the index', isInBackground, {
        message: `an attach was not answered while the tenant was already shown as ${state}`,
        expected: `202 within ${context.limits.api} ms, the rest in the background`,
        actual: 'no answer',
        tenant: tenant.id,
        node: 'a',
      });
      await refusesMeanwhile(api, tenant.id, state);
    }
    const meanwhile = await shownState(context, api, tenant);
    context.check(
      'attach.schedules',
      'not Active before the index is read',
      meanwhile !== 'Active',
      {
        message: 'a tenant is Active while the store still keeps its index back',
        expected: 'any state but Active',
        actual: 'Active',
        tenant: tenant.id,
        node: 'a',
      },
    );
    await flow.healed(index, 'attach.schedules', 'the attach');
    await accepting;
    context.check('attach.retry-is-safe', 'attaches that were refused harm nothing', true);
    await tenant.settle();
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
    await attached(context, tenant, 'a');
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
  },
});

/** What would bring the tenant in once more is refused while its attach runs. */
async function refusesMeanwhile(api: Api, tenant: string, state: string): Promise<void> {
  const cause = 'a tenant whose attach runs';
  for (const name of ['again', 'and again']) {
    await api.call('attach', {
      tenant,
      expect: {
        kind: 'refusal',
        statuses: [409],
        cause,
        name: `attach ${name} while it is ${state}`,
        requirement: 'attach.conflict-while-present',
      },
    });
  }
  const requirement = 'load.refuses-present';
  const expect = { kind: 'undocumented', cause, name: 'load meanwhile', requirement } as const;
  await api.call('load', { tenant, expect });
}
