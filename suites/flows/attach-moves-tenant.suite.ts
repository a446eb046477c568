// A tenant is detached from one node and attached to the other: its timelines and branches are all there, and each node
// wrote only while it owned the tenant.

import { expectOutcome, openFlow, scenario } from '#suite';

export default scenario({
  id: 'flows/attach-moves-tenant',
  title: 'a tenant moves to the other node and back, with its branches',
  decides: [
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'P8',
    'attach.reaches-active-or-broken',
    'detach.reattach',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('moving', { branches: 2 });
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const moved = await tenant.move(from, to);
      const step = {
        requirement: 'detach.reattach',
        what: `move to ${to}`,
        id: tenant.id,
        node: to,
      };
      expectOutcome(context, moved, ['active'], step);
      await tenant.settle();
      await tenant.expectWhole(to);
    }
    context.check('attach.reaches-active-or-broken', 'Active is reached', true);
  },
});
