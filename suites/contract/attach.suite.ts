// 202 schedules and the tenant becomes Active with its timelines; while it is there 409; without objects 404 or Broken.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenStoredTenant, givenTimeline, mustBeActive, untilSettled } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/attach',
  title:
    'an attach is 202 and ends Active; 409 while the tenant is there; 404 or Broken without objects',
  decides: [
    'attach.202',
    'attach.400',
    'attach.401',
    'attach.403',
    'attach.404',
    'attach.409',
    'attach.schedules',
    'attach.reaches-active-or-broken',
    'attach.conflict-while-present',
    'attach.absent-known-is-accepted',
    'attach.unknown-tenant',
    'attach.data-intact',
    'auth.refusal-changes-nothing',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const { tenant, timeline } = await givenStoredTenant(context, api);
    await conflicts(context, api, tenant, 'while it is Active after a create');
    await api.call('detach', {
      tenant,
      expect: { kind: 'success', name: 'detaches the tenant' },
    });
    await refusesMalformedIds(context, api, 'attach', { tenant });
    await refusesStrangers(context, api, 'attach', { tenant });
    const list = await api.call('tenant_list');
    mustShow(context, 'auth.refusal-changes-nothing', 'refused attaches attach nothing', {
      exchange: list,
      expected: [],
      actual: listedIds(list, 'id').filter((id) => id === tenant),
    });
    await attaches(context, api, tenant);
    const timelines = await api.call('timeline_list', { tenant });
    mustShow(context, 'attach.data-intact', 'its timeline is back', {
      exchange: timelines,
      expected: [timeline],
      actual: listedIds(timelines, 'timeline_id'),
    });
    await givenTimeline(context, api, tenant, 'after');
    await attachesUnknown(context, api);
  },
});

async function attaches(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const accepted = await context.cause('attach.202', () => api.call('attach', { tenant }));
  context.check('attach.schedules', 'it is accepted', accepted?.response?.status === 202, {
    message: 'an attach of a detached tenant was not scheduled',
    expected: 202,
    actual: accepted?.response?.status,
    tenant,
  });
  await conflicts(context, api, tenant, 'while the attach runs');
  const state = await untilSettled(context, api, tenant);
  const message = 'an attach that was accepted did not become Active';
  for (const [requirement, name] of [
    ['attach.reaches-active-or-broken', 'it becomes Active'],
    ['attach.absent-known-is-accepted', 'detached, then attached'],
  ] as const) {
    mustBeActive(context, tenant, state, { requirement, name, message });
  }
  await conflicts(context, api, tenant, 'while it is Active after an attach');
}

/** In whatever state it is, a tenant that is in memory is in the way of an attach. */
async function conflicts(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  when: string,
): Promise<void> {
  const again = await context.cause('attach.409', () => api.call('attach', { tenant }));
  if (again) {
    mustShow(context, 'attach.conflict-while-present', when, {
      exchange: again,
      expected: 409,
      actual: again.response?.status,
    });
  }
}

/** 404 at once, or accepted and then Broken: Active is what it never becomes. */
async function attachesUnknown(context: ScenarioContext, api: Api): Promise<void> {
  const tenant = context.tenant('unknown');
  const answer = await context.cause('attach.404', () => api.call('attach', { tenant }), {
    alsoRight: [202],
  });
  if (!answer) return;
  const accepted = answer.response?.status === 202;
  const state = accepted ? await untilSettled(context, api, tenant) : undefined;
  if (state === 'unstated') {
    context.undecided('attach.unknown-tenant', 'the server shows no state of a tenant');
    await api.call('detach', { tenant });
    return;
  }
  mustShow(context, 'attach.unknown-tenant', 'it does not become Active', {
    exchange: answer,
    expected: false,
    actual: state === 'Active',
  });
  if (accepted) await api.call('detach', { tenant });
}
