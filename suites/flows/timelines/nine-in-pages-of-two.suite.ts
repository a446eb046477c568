// A tree of nine timelines in a store that lists two keys at a time: every one of them comes back with its ancestor, by attach, load
// and restart.

import { expectOutcome, openFlow, scenario } from '#suite';
import { attached, detached, ignored, loaded } from '../shared/steps.ts';
import { added, type Branch, mustListExactly } from '../shared/timelines.ts';

/** Parent of each timeline, by its place: a chain with twigs. */
const PARENTS = [undefined, 0, 0, 1, 1, 3, 5, 5, 2];

export default scenario({
  id: 'flows/timelines/nine-in-pages-of-two',
  title: 'nine timelines in a tree, and a store that lists in pages of two keys',
  decides: [
    'meaning.pages',
    'attach.data-intact',
    'attach.broken-only-when-disturbed',
    'timeline.ancestor-exists',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('tree');
    context.rig.store.setPageKeys(2, tenant.id);
    const branches: Branch[] = [{ id: tenant.timelines[0]! }];
    for (const [place, parent] of PARENTS.entries()) {
      if (parent === undefined) continue;
      const branch = { id: context.timeline(`branch ${place}`), ancestor: branches[parent]!.id };
      await added(context, tenant, 'a', branch);
      branches.push(branch);
    }
    const look = (node: string, name: string): Promise<void> =>
      mustListExactly(context, tenant, node, branches, { requirement: 'meaning.pages', name });
    await look('a', 'created');
    if (context.rig.supports('restart')) {
      await context.rig.node('a').restart('kill');
      const step = { requirement: 'meaning.pages', what: 'the start', id: tenant.id, node: 'a' };
      expectOutcome(context, await tenant.driver.waitActive(tenant.id, 'a'), ['active'], step);
      await tenant.settle();
      await look('a', 'started again');
    }
    await detached(context, tenant, 'a');
    await attached(context, tenant, 'b', 'attach.broken-only-when-disturbed');
    await look('b', 'attached elsewhere');
    await ignored(context, tenant, 'b');
    await loaded(context, tenant, 'b');
    await look('b', 'loaded');
    await detached(context, tenant, 'b');
    await attached(context, tenant, 'a');
    await look('a', 'attached again');
    context.check('attach.data-intact', 'all nine each time', true);
    context.check('timeline.ancestor-exists', 'the tree is whole', true);
    await tenant.settle();
    await detached(context, tenant, 'a');
    context.rig.store.setPageKeys(1000, tenant.id);
  },
});
