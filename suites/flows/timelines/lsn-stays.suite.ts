// What was shown as durable on disk is there after a restart, and what was shown as durable in remote storage is there after a move:
// `last_record_lsn` does not go below it.

import { openFlow, scenario } from '#suite';
import { mustReach, shownMarks } from '../shared/marks.ts';
import { detached, ignored, loaded, moved } from '../shared/steps.ts';

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
