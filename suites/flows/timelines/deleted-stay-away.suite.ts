// A deleted timeline stays away: over ignore and load, a restart, a move and the way back, and nothing is put below it. Its siblings
// stay.

import { expectOutcome, type FlowTenant, openFlow, type ScenarioContext, scenario } from '#suite';
import { detached, ignored, loaded } from '../shared/steps.ts';
import { mustListExactly } from '../shared/timelines.ts';

export default scenario({
  id: 'flows/timelines/deleted-stay-away',
  title: 'a deleted timeline does not come back by load, restart, attach or on another node',
  decides: ['timeline.delete-stays', 'timeline.delete', 'P2', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap', 'restart'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('pruned', { branches: 3 });
    const [root, kept, ...gone] = tenant.timelines as readonly [string, string, ...string[]];
    for (const timeline of gone) await deleted(context, tenant, timeline);
    const left = [{ id: root }, { id: kept, ancestor: root }];
    const look = (node: string, name: string): Promise<void> => {
      const check = { requirement: 'timeline.delete-stays', name };
      return mustListExactly(context, tenant, node, left, check);
    };
    await look('a', 'deleted');
    await ignored(context, tenant, 'a');
    await loaded(context, tenant, 'a');
    await look('a', 'loaded');
    await context.rig.node('a').restart('kill');
    await tenant.settle();
    await look('a', 'after a kill');
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const outcome = await tenant.move(from, to);
      const step = { requirement: 'timeline.delete-stays', what: 'move', id: tenant.id, node: to };
      expectOutcome(context, outcome, ['active'], step);
      await look(to, `moved to ${to}`);
    }
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});

async function deleted(
  context: ScenarioContext,
  tenant: FlowTenant,
  timeline: string,
): Promise<void> {
  const api = await context.api({ node: 'a' });
  await api.call('timeline_delete', {
    tenant: tenant.id,
    timeline,
    expect: { kind: 'success', status: 200, name: 'a leaf', requirement: 'timeline.delete' },
  });
}
