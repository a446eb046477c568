// A tenant goes from node to node and back, several times; at each stop a branch is made, and all that was ever made is there at the
// next one.

import { openFlow, scenario } from '#suite';
import { detached, moved } from '../shared/steps.ts';
import { added, type Branch, mustListExactly } from '../shared/timelines.ts';

const STOPS = ['b', 'a', 'b', 'a'];

export default scenario({
  id: 'flows/move/both-ways',
  title: 'there and back, twice: what is made at one stop is there at all the next ones',
  decides: ['detach.reattach', 'attach.data-intact', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('traveller');
    const [root] = tenant.timelines;
    const branches: Branch[] = [{ id: root! }];
    let from = 'a';
    for (const [stop, to] of STOPS.entries()) {
      const last = branches.at(-1)!;
      const branch = { id: context.timeline(`stop ${stop}`), ancestor: last.id };
      await added(context, tenant, from, branch);
      branches.push(branch);
      await moved(context, tenant, from, to);
      const name = `stop ${stop + 1}`;
      const check = { requirement: 'attach.data-intact', name };
      await mustListExactly(context, tenant, to, branches, check);
      from = to;
    }
    await tenant.settle();
    await detached(context, tenant, from);
  },
});
