// The detail of a timeline is that of the timeline asked for, and says what the list says.

import { parseLsn, type ScenarioContext, scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyList, bodyObject, isSameId, lsnByValue, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

/** Ids of a timeline that do not change while it lives. */
const IDS = ['timeline_id', 'tenant_id', 'ancestor_timeline_id'] as const;

export default scenario({
  id: 'contract/timeline-detail',
  title: 'the detail of a timeline is that of the timeline asked for, and agrees with the list',
  decides: [
    'timeline_detail.200',
    'timeline_detail.400',
    'timeline_detail.401',
    'timeline_detail.403',
    'timeline.detail',
    'timeline.ancestor-exists',
    'ids.own-tenant',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    const root = await givenTimeline(context, api, tenant);
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: root,
    });
    const list = await api.call('timeline_list', { tenant });
    for (const [name, timeline] of [
      ['root', root],
      ['branch', branch],
    ] as const) {
      const shown = await context.cause('timeline_detail.200', () =>
        api.call('timeline_detail', { tenant, timeline }),
      );
      if (!shown) return;
      const detail = bodyObject(shown);
      const item = bodyList(list).find((one) => isSameId(one.timeline_id, timeline)) ?? {};
      mustShow(context, 'timeline.detail', `the ${name} agrees with the list`, {
        exchange: shown,
        expected: lasting(item),
        actual: lasting(detail),
      });
      mustShow(context, 'ids.own-tenant', `the ${name} is the one asked for`, {
        exchange: shown,
        expected: [timeline, tenant],
        actual: [normal(detail.timeline_id), normal(detail.tenant_id)],
      });
      mustHaveMovedOn(context, name, item, detail);
    }
    await api.call('timeline_detail', {
      tenant,
      timeline: root,
      expect: {
        kind: 'success',
        name: 'the ancestor that a branch shows is there',
        requirement: 'timeline.ancestor-exists',
      },
    });
    await api.call('timeline_detail', {
      tenant,
      timeline: context.timeline('unknown'),
      expect: {
        kind: 'undocumented',
        cause: 'a timeline that is not there',
        name: 'an unknown timeline is an error',
        requirement: 'timeline.detail',
      },
    });
    await refusesMalformedIds(context, api, 'timeline_detail', { tenant, timeline: root });
    await refusesStrangers(context, api, 'timeline_detail', { tenant, timeline: root });
  },
});

/** Members that stay, by their values. */
function lasting(timeline: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [...IDS.map((member) => normal(timeline[member])), lsnByValue(timeline.ancestor_lsn)];
}

/** An id in one spelling, so that values are compared. */
function normal(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? 'nothing';
  return value.toLowerCase();
}

/** The detail was asked for after the list: LSNs only grow. */
function mustHaveMovedOn(
  context: ScenarioContext,
  name: string,
  item: Readonly<Record<string, unknown>>,
  detail: Readonly<Record<string, unknown>>,
): void {
  for (const member of ['last_record_lsn', 'disk_consistent_lsn'] as const) {
    const earlier = String(item[member]);
    const later = String(detail[member]);
    const ok = (parseLsn(later) ?? -1n) >= (parseLsn(earlier) ?? 0n);
    context.check('timeline.detail', `${member} of the ${name} does not go back`, ok, {
      expected: `at least ${earlier}`,
      actual: later,
    });
  }
}
