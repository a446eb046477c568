// A deleted timeline is gone for every read; what is not there is 404, without its tenant 412; a parent stays.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/timeline-delete',
  title: 'a deleted timeline is neither listed nor shown; 404 without it, 412 without its tenant',
  decides: [
    'timeline_delete.200',
    'timeline_delete.400',
    'timeline_delete.401',
    'timeline_delete.403',
    'timeline_delete.404',
    'timeline_delete.412',
    'timeline.delete',
    'timeline.delete-children',
    'auth.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const root = await givenTimeline(context, api, tenant);
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: root,
    });
    await refusesMalformedIds(context, api, 'timeline_delete', { tenant, timeline: branch });
    await refusesStrangers(context, api, 'timeline_delete', { tenant, timeline: branch });
    await mustList(context, api, tenant, {
      requirement: 'auth.refusal-changes-nothing',
      name: 'refused deletes delete nothing',
      timelines: [root, branch],
    });
    await keepsParent(context, api, tenant, { root, branch });
    await deletes(context, api, tenant, branch);
    await mustList(context, api, tenant, {
      requirement: 'timeline.delete',
      name: 'only the parent is left',
      timelines: [root],
    });
    await api.call('timeline_delete', {
      tenant,
      timeline: root,
      expect: { kind: 'success', name: 'a parent whose branches are gone' },
    });
    await context.cause('timeline_delete.404', () =>
      api.call('timeline_delete', { tenant, timeline: context.timeline('unknown') }),
    );
    await context.cause('timeline_delete.412', () =>
      api.call('timeline_delete', { tenant: context.tenant('unknown'), timeline: root }),
    );
  },
});

async function keepsParent(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  { root, branch }: { readonly root: string; readonly branch: string },
): Promise<void> {
  await api.call('timeline_delete', {
    tenant,
    timeline: root,
    expect: {
      kind: 'one-of',
      statuses: context.statuses('delete-with-children'),
      cause: 'a timeline that has a branch',
      name: 'is refused',
      requirement: 'timeline.delete-children',
    },
  });
  await mustList(context, api, tenant, {
    requirement: 'timeline.delete-children',
    name: 'both are still there',
    timelines: [root, branch],
  });
}

async function deletes(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  timeline: string,
): Promise<void> {
  await context.cause('timeline_delete.200', () =>
    api.call('timeline_delete', { tenant, timeline }),
  );
  await api.call('timeline_detail', {
    tenant,
    timeline,
    expect: {
      kind: 'undocumented',
      cause: 'a timeline that was deleted',
      name: 'it is not shown any more',
      requirement: 'timeline.delete',
    },
  });
  await api.call('timeline_delete', {
    tenant,
    timeline,
    expect: {
      kind: 'refusal',
      statuses: [404],
      cause: 'a timeline that was deleted',
      name: 'a second time',
    },
  });
}

async function mustList(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  must: {
    readonly requirement: string;
    readonly name: string;
    readonly timelines: readonly string[];
  },
): Promise<void> {
  const list = await api.call('timeline_list', { tenant });
  mustShow(context, must.requirement, must.name, {
    exchange: list,
    expected: must.timelines.toSorted(),
    actual: listedIds(list, 'timeline_id'),
  });
}
