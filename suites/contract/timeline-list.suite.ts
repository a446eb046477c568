// The list names each timeline of the tenant once, and of no other tenant any.

import { scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyList, isSameId, listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/timeline-list',
  title: 'the list of timelines is that of the tenant asked for, each timeline once',
  decides: [
    'timeline_list.200',
    'timeline_list.400',
    'timeline_list.401',
    'timeline_list.403',
    'timeline.list',
    'ids.own-tenant',
    'meaning.isolated-tenants',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const other = await givenTenant(context, api, 'two');
    const empty = await context.cause('timeline_list.200', () =>
      api.call('timeline_list', { tenant }),
    );
    if (!empty) return;
    mustShow(context, 'timeline.list', 'a new tenant has none', {
      exchange: empty,
      expected: [],
      actual: listedIds(empty, 'timeline_id'),
    });
    const root = await givenTimeline(context, api, tenant);
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: root,
    });
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'timeline.list', 'root and branch', {
      exchange: list,
      expected: [root, branch].sort(),
      actual: listedIds(list, 'timeline_id'),
    });
    mustShow(context, 'ids.own-tenant', 'each timeline names its tenant', {
      exchange: list,
      expected: [],
      actual: bodyList(list).filter((item) => !isSameId(item.tenant_id, tenant)),
    });
    const beside = await api.call('timeline_list', { tenant: other });
    mustShow(context, 'meaning.isolated-tenants', 'the other tenant still has none', {
      exchange: beside,
      expected: [],
      actual: listedIds(beside, 'timeline_id'),
    });
    await refusesMalformedIds(context, api, 'timeline_list', { tenant });
    await refusesStrangers(context, api, 'timeline_list', { tenant });
  },
});
