// A detach changes nothing in remote storage that another attach needs: right after its 200, after more detaches of what is gone,
// and after a round on each node, every index is there with every object that it names.

import {
  type FlowTenant,
  objectsOf,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { attached, detached } from '../shared/steps.ts';
import { nextIndexOf } from '../shared/timelines.ts';

/** How long each timeline is given to be written by itself; a target that never does is not waited for longer, ms. */
const WRITES_MS = 500;

export default scenario({
  id: 'flows/detach/keeps-remote',
  title:
    'a detach leaves in remote storage all that an attach needs, and nothing changes there afterwards',
  decides: ['detach.keeps-remote', 'detach.stops-every-writer', 'P2', 'P6', 'P7', 'P8'],
  needs: ['two-nodes', 'tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('stored', { branches: 2 });
    for (const [round, node] of ['a', 'b', 'a'].entries()) {
      if (round > 0) await attached(context, tenant, node, 'detach.keeps-remote');
      // A branch that was never written has nothing that could be taken.
      const rewritten = tenant.timelines.map((timeline) => nextIndexOf(context, tenant, timeline));
      await tenant.expectWhole(node);
      await Promise.race([Promise.all(rewritten), sleep(WRITES_MS, context.signal)]);
      await detached(context, tenant, node);
      const before = await stored(context, tenant);
      const missing = tenant.timelines.filter((timeline) => !hasIndex(before, timeline));
      context.check('detach.keeps-remote', 'every index stays', missing.length === 0, {
        message: `a detach took indexes of tenant ${tenant.id} out of remote storage`,
        expected: tenant.timelines,
        actual: [...before.keys()],
        tenant: tenant.id,
        node,
      });
      for (let time = 0; time < 3; time += 1) await tenant.detach(node);
      await tenant.settle();
      const after = await stored(context, tenant);
      const isSame = JSON.stringify([...before]) === JSON.stringify([...after]);
      context.check('detach.stops-every-writer', 'nothing changes afterwards', isSame, {
        message: `objects of tenant ${tenant.id} changed after its detach`,
        expected: [...before.keys()],
        actual: [...after.keys()],
        tenant: tenant.id,
        node,
      });
    }
  },
});

/** Keys of the tenant's objects with their versions. */
async function stored(
  context: ScenarioContext,
  tenant: FlowTenant,
): Promise<ReadonlyMap<string, string>> {
  const { objects } = context.rig.store;
  const keys = await objectsOf(context, tenant.id);
  const versions = await Promise.all(keys.map((key) => objects.version(key)));
  return new Map(keys.map((key, place) => [key, versions[place] ?? 'gone']));
}

function hasIndex(keys: ReadonlyMap<string, string>, timeline: string): boolean {
  const isIndex = /\/index_part\.json[^/]*$/;
  return [...keys.keys()].some((key) => key.toLowerCase().includes(timeline) && isIndex.test(key));
}
