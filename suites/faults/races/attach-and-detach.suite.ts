// One client attaches a tenant that another one detaches: either end is right, and it can be attached again.

import { scenario } from '#suite';
import { detachFrom } from '../shared/operations.ts';
import { race } from '../shared/race.ts';

export default scenario({
  id: 'faults/races/attach-and-detach',
  title: 'an attach and a detach of one tenant meet on one node',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.reaches-active-or-broken'],
  needs: ['two-nodes', 'tap'],
  run: (context) =>
    race(context, {
      requirement: 'attach.reaches-active-or-broken',
      node: 'b',
      ends: 'b',
      wanted: ['active', 'done', 'unresolved'],
      async prepare({ context, tenant }) {
        await detachFrom(context, tenant, 'a');
        tenant.ask('b');
      },
      run: ({ tenant, first, second }) => [
        () => first.attach(tenant.id, 'b'),
        () => second.detach(tenant.id, 'b'),
      ],
    }),
});
