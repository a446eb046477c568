// A detach takes the tenant out of memory; what is not there is 404; an ignored one only with `detach_ignored=true`.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenStoredTenant, givenTenant, untilActive } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustHideTimeline, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/detach',
  title: 'a detached tenant is out of memory; 404 for one that is not there',
  decides: [
    'detach.200',
    'detach.400',
    'detach.401',
    'detach.403',
    'detach.404',
    'detach.removes-memory',
    'detach.ignored-on-request',
    'detach.unknown-is-404',
    'detach.reattach',
    'auth.refusal-changes-nothing',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const { tenant, timeline } = await givenStoredTenant(context, api);
    // A server that keeps what it has shown would show it again.
    await api.call('timeline_list', { tenant });
    await refusesMalformedIds(context, api, 'detach', { tenant });
    await refusesStrangers(context, api, 'detach', { tenant });
    await api.call('tenant_status', {
      tenant,
      expect: {
        kind: 'success',
        name: 'refused detaches detach nothing',
        requirement: 'auth.refusal-changes-nothing',
      },
    });
    await context.cause('detach.200', () => api.call('detach', { tenant }));
    await mustBeGone(context, api, tenant, 'after the detach');
    await mustHideTimeline(context, api, 'detach.removes-memory', { tenant, timeline });
    await context.cause('detach.404', () => api.call('detach', { tenant }));
    await refusesUnknown(context, api);
    await api.call('attach', {
      tenant,
      expect: { kind: 'success', name: 'is attached again', requirement: 'detach.reattach' },
    });
    await untilActive(context, api, tenant);
    const timelines = await api.call('timeline_list', { tenant });
    mustShow(context, 'detach.reattach', 'with its timeline', {
      exchange: timelines,
      expected: [timeline],
      actual: listedIds(timelines, 'timeline_id'),
    });
    await api.call('detach', {
      tenant,
      query: { detach_ignored: 'false' },
      expect: { kind: 'success', name: 'with detach_ignored=false' },
    });
    await detachesIgnored(context, api);
  },
});

async function refusesUnknown(context: ScenarioContext, api: Api): Promise<void> {
  for (const query of ['', 'detach_ignored=true', 'detach_ignored=false']) {
    const cause = 'a tenant that was never there';
    await api.call('detach', {
      tenant: context.tenant('unknown'),
      query,
      expect: {
        kind: 'refusal',
        statuses: [404],
        cause,
        name: `${cause} ${query}`.trim(),
        requirement: 'detach.unknown-is-404',
      },
    });
  }
}

async function detachesIgnored(context: ScenarioContext, api: Api): Promise<void> {
  const tenant = await givenTenant(context, api, 'ignored');
  await api.call('ignore', { tenant, expect: { kind: 'success', name: 'ignores a tenant' } });
  for (const query of ['', 'detach_ignored=false']) {
    await api.call('detach', {
      tenant,
      query,
      expect: {
        kind: 'undocumented',
        cause: 'an ignored tenant, without asking for it',
        name: `needs detach_ignored=true ${query}`.trim(),
        requirement: 'detach.ignored-on-request',
      },
    });
  }
  await api.call('detach', {
    tenant,
    query: { detach_ignored: 'true' },
    expect: {
      kind: 'success',
      name: 'an ignored tenant, on request',
      requirement: 'detach.ignored-on-request',
    },
  });
  await mustBeGone(context, api, tenant, 'after the detach of an ignored one');
  await api.call('load', {
    tenant,
    expect: {
      kind: 'undocumented',
      cause: 'a tenant that was detached',
      name: 'nothing of it is left to load',
      requirement: 'detach.ignored-on-request',
    },
  });
}

async function mustBeGone(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  name: string,
): Promise<void> {
  await api.call('tenant_status', {
    tenant,
    expect: {
      kind: 'undocumented',
      cause: 'a tenant that was detached',
      name: `no status ${name}`,
      requirement: 'detach.removes-memory',
    },
  });
  const list = await api.call('tenant_list');
  mustShow(context, 'detach.removes-memory', `not listed ${name}`, {
    exchange: list,
    expected: [],
    actual: listedIds(list, 'id').filter((id) => id === tenant),
  });
}
