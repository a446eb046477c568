// Two clients attach one tenant to one node at the same moment: both see it Active, and only one of them brought it there.

import { scenario } from '#suite';
import { detachFrom } from '../shared/operations.ts';
import { race } from '../shared/race.ts';

export default scenario({
  id: 'faults/races/two-attaches',
  title: 'two clients attach one tenant to one node',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.retry-is-safe'],
  needs: ['two-nodes', 'tap'],
  run: (context) =>
    race(context, {
      requirement: 'attach.retry-is-safe',
      node: 'b',
      ends: 'b',
      wanted: ['active'],
      async prepare({ context, tenant }) {
        await detachFrom(context, tenant, 'a');
        tenant.ask('b');
      },
      run: ({ tenant, first, second }) => [
        () => first.attach(tenant.id, 'b'),
        () => second.attach(tenant.id, 'b'),
      ],
    }),
});
