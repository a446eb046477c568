// A load brings an ignored tenant back; one that is there, or not on disk, is refused.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenStoredTenant, mustBeActive, untilSettled } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/load',
  title: 'a load is 202 and ends Active; a tenant in memory, or not on disk, is refused',
  decides: [
    'load.202',
    'load.400',
    'load.401',
    'load.403',
    'load.schedules',
    'load.status-tells',
    'load.refuses-present',
    'load.refuses-absent',
    'auth.refusal-changes-nothing',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const { tenant, timeline } = await givenStoredTenant(context, api);
    await api.call('ignore', { tenant, expect: { kind: 'success', name: 'ignores a tenant' } });
    await refusesMalformedIds(context, api, 'load', { tenant });
    await refusesStrangers(context, api, 'load', { tenant });
    const list = await api.call('tenant_list');
    mustShow(context, 'auth.refusal-changes-nothing', 'refused loads load nothing', {
      exchange: list,
      expected: [],
      actual: listedIds(list, 'id').filter((id) => id === tenant),
    });
    await context.cause('load.202', () => api.call('load', { tenant }));
    const state = await untilSettled(context, api, tenant);
    for (const requirement of ['load.status-tells', 'load.schedules']) {
      mustBeActive(context, tenant, state, {
        requirement,
        name: 'the status becomes Active',
        message: 'a load that was accepted did not become Active',
      });
    }
    await refusesPresent(context, api, tenant, timeline);
    await api.call('load', {
      tenant: context.tenant('unknown'),
      expect: {
        kind: 'undocumented',
        cause: 'a tenant that is not on disk',
        name: 'a tenant that was never here',
        requirement: 'load.refuses-absent',
      },
    });
  },
});

async function refusesPresent(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  timeline: string,
): Promise<void> {
  const before = context.tenantState(await api.call('tenant_status', { tenant }));
  await api.call('load', {
    tenant,
    expect: {
      kind: 'undocumented',
      cause: 'a tenant that is in memory',
      name: 'a tenant that is Active',
      requirement: 'load.refuses-present',
    },
  });
  const after = await api.call('tenant_status', { tenant });
  mustShow(context, 'load.refuses-present', 'it stays as it was', {
    exchange: after,
    expected: before,
    actual: context.tenantState(after),
  });
  const timelines = await api.call('timeline_list', { tenant });
  mustShow(context, 'load.refuses-present', 'its timeline stays', {
    exchange: timelines,
    expected: [timeline],
    actual: listedIds(timelines, 'timeline_id'),
  });
}
