// After its deletion a timeline's id may be used again: if the create is accepted, the new timeline stays as any other does, and what is
// still cleared up of the old one does it no harm.

import { openFlow, scenario, UndecidedError } from '#suite';
import { attached, detached } from '../shared/steps.ts';
import { mustListExactly, nextIndexOf } from '../shared/timelines.ts';

export default scenario({
  id: 'flows/timelines/deleted-then-created',
  title: 'a timeline that was deleted and created again stays, as the new one',
  decides: ['timeline.create', 'timeline.delete', 'P2', 'P4', 'P6', 'P7', 'P8'],
  needs: ['two-nodes', 'tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('phoenix', { branches: 2 });
    const [root, twig, other] = tenant.timelines as readonly [string, string, string];
    const api = await context.api({ node: 'a' });
    await api.call('timeline_delete', {
      tenant: tenant.id,
      timeline: twig,
      expect: { kind: 'success', status: 200, name: 'a leaf', requirement: 'timeline.delete' },
    });
    const written = nextIndexOf(context, tenant, twig);
    // While the old one is cleared up a server may say that it is still in the way.
    const status = await context.eventually(async () => {
      const made = await api.call('timeline_create', {
        tenant: tenant.id,
        timeline: twig,
        body: context.timelineBody({ new_timeline_id: twig, ancestor_timeline_id: root }),
      });
      return made.response?.status === 201 ? 201 : undefined;
    }, context.limits.attach);
    context.check('timeline.create', 'its id may be used again', status === 201, {
      level: 'warn',
      message: 'the id of a deleted timeline was never accepted again',
      expected: 201,
      actual: 'no 201',
      tenant: tenant.id,
      node: 'a',
    });
    const left = [{ id: root }, { id: other, ancestor: root }];
    if (status === 201) {
      if (!(await written)) throw new UndecidedError('the new timeline never reached the store');
      left.push({ id: twig, ancestor: root });
    }
    // What is cleared up late must not take the new one.
    for (let write = 0; write < 3; write += 1) await tenant.nextIndexCommit(150);
    for (const node of ['b', 'a']) {
      await tenant.settle();
      await detached(context, tenant, node === 'b' ? 'a' : 'b');
      await attached(context, tenant, node);
      const check = { requirement: 'timeline.create', name: `moved to ${node}` };
      await mustListExactly(context, tenant, node, left, check);
    }
    await detached(context, tenant, 'a');
  },
});
