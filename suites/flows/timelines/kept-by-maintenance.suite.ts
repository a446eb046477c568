// Garbage collection and eviction on an attached tenant take nothing that its newest indexes name: it is whole afterwards, here, after a
// restart and on the other node.

import { openFlow, scenario } from '#suite';
import { detached, moved } from '../shared/steps.ts';
import { mustListExactly } from '../shared/timelines.ts';

const ROUNDS = 3;

export default scenario({
  id: 'flows/timelines/kept-by-maintenance',
  title: 'do_gc and eviction on an attached tenant delete nothing that is needed',
  decides: ['timeline.gc', 'detach.keeps-remote', 'P2', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('tidied', { branches: 2 });
    const api = await context.api({ node: 'a' });
    for (let round = 1; round <= ROUNDS; round += 1) {
      await Promise.all(
        tenant.timelines.map(async (timeline) => {
          const own = await context.api({ node: 'a' });
          await own.call('do_gc', { tenant: tenant.id, timeline, body: { gc_horizon: 0 } });
        }),
      );
      await api.call('eviction_run', { body: { evict_bytes: 1_000_000_000 } });
      await tenant.nextIndexCommit(300);
    }
    await tenant.expectWhole('a', 'timeline.gc');
    const [root, ...twigs] = tenant.timelines as readonly [string, ...string[]];
    const branches = [{ id: root }, ...twigs.map((id) => ({ id, ancestor: root }))];
    const look = (node: string, name: string): Promise<void> =>
      mustListExactly(context, tenant, node, branches, { requirement: 'timeline.gc', name });
    await look('a', 'afterwards');
    await moved(context, tenant, 'a', 'b', 'detach.keeps-remote');
    await look('b', 'moved');
    await tenant.settle();
    await detached(context, tenant, 'b');
  },
});
