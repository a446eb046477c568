// Whichever way a tenant came into memory, an attach is 409 as long as it is there, however often it is asked; nothing changes.

import { type Api, type FlowTenant, openFlow, type ScenarioContext, scenario } from '#suite';
import { shownState } from '../shared/kept-back.ts';
import { mustWriteOn, rhythmOf } from '../shared/progress.ts';
import { attached, detached, ignored, loaded } from '../shared/steps.ts';

/** How often each refusal is repeated in one life of the process (judging section 5: at least twenty in all). */
const TIMES = 7;

export default scenario({
  id: 'flows/attach/conflict-after-every-way-in',
  title:
    'an attach is 409 while the tenant is Active: after create, attach and load, again and again',
  decides: [
    'attach.conflict-while-present',
    'attach.retry-is-safe',
    'liveness.wear',
    'P2',
    'P7',
    'P8',
    'machine',
  ],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('present', { branches: 1 });
    const api = await context.api({ node: 'a' });
    const rhythm = await rhythmOf(context, tenant);
    await conflicts(context, api, tenant, 'created', rhythm);
    await detached(context, tenant, 'a');
    await attached(context, tenant, 'a');
    await conflicts(context, api, tenant, 'attached', rhythm);
    await ignored(context, tenant, 'a');
    await loaded(context, tenant, 'a');
    await conflicts(context, api, tenant, 'loaded', rhythm);
    await detached(context, tenant, 'a', 'liveness.wear');
    await attached(context, tenant, 'a', 'liveness.wear');
    await tenant.expectWhole('a');
    // What was refused is not kept for later either: nothing comes after this detach.
    await conflicts(context, api, tenant, 'attached again', rhythm);
    await detached(context, tenant, 'a');
  },
});

async function conflicts(
  context: ScenarioContext,
  api: Api,
  tenant: FlowTenant,
  how: string,
  rhythm: number | undefined,
): Promise<void> {
  for (let time = 1; time <= TIMES; time += 1) {
    await api.call('attach', {
      tenant: tenant.id,
      expect: {
        kind: 'refusal',
        statuses: [409],
        cause: `a tenant that was ${how} and is Active`,
        name: `${how}, attach ${time}`,
        requirement: 'attach.conflict-while-present',
      },
    });
  }
  const state = await shownState(context, api, tenant);
  context.check('attach.retry-is-safe', `${how}: still Active afterwards`, state === 'Active', {
    message: 'attaches that were refused changed a tenant that was Active',
    expected: 'Active',
    actual: state ?? 'absent',
    tenant: tenant.id,
    node: 'a',
  });
  await tenant.expectWhole('a');
  const writes = { requirement: 'attach.retry-is-safe', name: `${how}: writes go on` };
  await mustWriteOn(context, tenant, rhythm, writes);
}
