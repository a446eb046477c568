// Nothing is put below a deleted timeline while its tenant goes on living: the tenant stays Active where it is, so that a writer which
// did not hear of the deletion is seen until the rig's last quiet time.

import { openFlow, scenario } from '#suite';
import { mustListExactly } from '../shared/timelines.ts';

export default scenario({
  id: 'flows/timelines/nothing-after-deletion',
  title: 'a tenant that stays Active writes nothing below its deleted timelines',
  decides: ['timeline.delete', 'P2', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('thinned out', { branches: 3 });
    const [root, kept, ...gone] = tenant.timelines as readonly [string, string, ...string[]];
    await Promise.all(
      gone.map(async (timeline) => {
        const api = await context.api({ node: 'a' });
        await api.call('timeline_delete', {
          tenant: tenant.id,
          timeline,
          expect: { kind: 'success', status: 200, name: 'a leaf', requirement: 'timeline.delete' },
        });
      }),
    );
    const left = [{ id: root }, { id: kept, ancestor: root }];
    const check = { requirement: 'timeline.delete', name: 'its siblings are left' };
    await mustListExactly(context, tenant, 'a', left, check);
    await tenant.nextIndexCommit(300);
    await tenant.settle();
  },
});
