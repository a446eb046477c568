// An ignored tenant is out of memory and comes back by a load, with all it had.

import { scenario } from '#suite';
import { givenStoredTenant, untilActive } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustHideTimeline, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/ignore',
  title: 'an ignored tenant is out of memory, and a load brings back what it had',
  decides: [
    'ignore.200',
    'ignore.400',
    'ignore.401',
    'ignore.403',
    'ignore.removes-memory',
    'ignore.keeps-files',
    'auth.refusal-changes-nothing',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const { tenant, timeline } = await givenStoredTenant(context, api);
    await refusesMalformedIds(context, api, 'ignore', { tenant });
    await refusesStrangers(context, api, 'ignore', { tenant });
    await api.call('tenant_status', {
      tenant,
      expect: {
        kind: 'success',
        name: 'refused ignores ignore nothing',
        requirement: 'auth.refusal-changes-nothing',
      },
    });
    await context.cause('ignore.200', () => api.call('ignore', { tenant }));
    await api.call('tenant_status', {
      tenant,
      expect: {
        kind: 'undocumented',
        cause: 'a tenant that is ignored',
        name: 'its status is an error afterwards',
        requirement: 'ignore.removes-memory',
      },
    });
    await mustHideTimeline(context, api, 'ignore.removes-memory', { tenant, timeline });
    // Nothing says what an ignore of an ignored tenant is answered; it is judged as every answer is.
    await api.call('ignore', { tenant });
    const list = await api.call('tenant_list');
    mustShow(context, 'ignore.removes-memory', 'it is not listed', {
      exchange: list,
      expected: [],
      actual: listedIds(list, 'id').filter((id) => id === tenant),
    });
    await api.call('load', {
      tenant,
      expect: { kind: 'success', name: 'a load is accepted', requirement: 'ignore.keeps-files' },
    });
    await untilActive(context, api, tenant);
    const timelines = await api.call('timeline_list', { tenant });
    mustShow(context, 'ignore.keeps-files', 'its timeline is back', {
      exchange: timelines,
      expected: [timeline],
      actual: listedIds(timelines, 'timeline_id'),
    });
  },
});
