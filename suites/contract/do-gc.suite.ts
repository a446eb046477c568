// Garbage collection of a timeline answers with a text and leaves every timeline readable.

import { scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/do-gc',
  title: 'garbage collection answers and leaves the timelines readable',
  decides: ['do_gc.200', 'do_gc.400', 'do_gc.401', 'do_gc.403', 'timeline.gc', 'ids.malformed'],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const timeline = await givenTimeline(context, api, tenant);
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: timeline,
    });
    await context.cause('do_gc.200', () => api.call('do_gc', { tenant, timeline }));
    await api.call('do_gc', {
      tenant,
      timeline: branch,
      expect: { kind: 'success', name: 'of a branch' },
    });
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'timeline.gc', 'nothing is gone', {
      exchange: list,
      expected: [timeline, branch].sort(),
      actual: listedIds(list, 'timeline_id'),
    });
    for (const one of [timeline, branch]) {
      await api.call('timeline_detail', {
        tenant,
        timeline: one,
        expect: { kind: 'success', name: 'is read afterwards', requirement: 'timeline.gc' },
      });
    }
    await refusesMalformedIds(context, api, 'do_gc', { tenant, timeline });
    await refusesStrangers(context, api, 'do_gc', { tenant, timeline });
  },
});
