// LSNs of timelines as they are shown, and that what was shown as durable is still reached.

import { type FlowTenant, parseLsn, type ScenarioContext } from '#suite';
import { listTimelines } from './timelines.ts';

type Mark = 'disk_consistent_lsn' | 'remote_consistent_lsn';

/** One LSN of each timeline, by timeline id. */
export type Marks = ReadonlyMap<string, bigint>;

/** What each timeline shows of one of its LSNs; those that show none are left out. */
export async function shownMarks(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: string,
  mark: Mark | 'last_record_lsn',
): Promise<Marks> {
  const { rows } = await listTimelines(context, tenant, node);
  const marks = new Map<string, bigint>();
  for (const row of rows) {
    const lsn = parseLsn(String(row[mark] ?? ''));
    if (lsn !== undefined) marks.set(String(row.timeline_id).toLowerCase(), lsn);
  }
  return marks;
}

/** Fails with `requirement` where a timeline's `last_record_lsn` is now below what was shown before, or the timeline is gone. */
export async function mustReach(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: string,
  before: Marks,
  requirement: string,
  what: string,
): Promise<void> {
  const now = await shownMarks(context, tenant, node, 'last_record_lsn');
  const lower = [...before].filter(([id, lsn]) => (now.get(id) ?? -1n) < lsn);
  context.check(requirement, `no LSN goes back by ${what}`, lower.length === 0, {
    message: `last_record_lsn of tenant ${tenant.id} went back by ${what}`,
    expected: lower.map(([id, lsn]) => `${id}: at least ${lsn}`),
    actual: lower.map(([id]) => `${id}: ${now.get(id) ?? 'not shown'}`),
    tenant: tenant.id,
    node,
  });
}
