// What was shown as durable on disk is there after a restart, and what was shown as durable in remote storage is there after a move:
// `last_record_lsn` does not go below it.

import { type FlowTenant, openFlow, parseLsn, type ScenarioContext, scenario } from '#suite';
import { detached, ignored, loaded, moved } from '../shared/steps.ts';
import { listTimelines } from '../shared/timelines.ts';

type Mark = 'disk_consistent_lsn' | 'remote_consistent_lsn';
type Marks = ReadonlyMap<string, bigint>;

export default scenario({
  id: 'flows/timelines/lsn-stays',
  title: 'last_record_lsn is not below what was shown as durable, after restart, load and move',
  decides: ['durability.restart', 'detach.reattach', 'P2', 'P4', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'restart'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('written', { branches: 1 });
    // A target that does not write by itself makes the check weaker, not wrong, and is waited for once.
    const writes = await tenant.nextIndexCommit();
    const disk = await shownMarks(context, tenant, 'a', 'disk_consistent_lsn');
    await context.rig.node('a').restart('kill');
    await tenant.settle();
    await mustReach(context, tenant, 'a', disk, 'durability.restart', 'a kill');
    const again = await shownMarks(context, tenant, 'a', 'disk_consistent_lsn');
    await ignored(context, tenant, 'a');
    await loaded(context, tenant, 'a');
    await mustReach(context, tenant, 'a', again, 'durability.restart', 'a load');
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      if (writes) await tenant.nextIndexCommit();
      const remote = await shownMarks(context, tenant, from, 'remote_consistent_lsn');
      await moved(context, tenant, from, to);
      await mustReach(context, tenant, to, remote, 'detach.reattach', `a move to ${to}`);
    }
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});

/** What each timeline shows of one of its LSNs; those that show none are left out. */
async function shownMarks(
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

async function mustReach(
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
