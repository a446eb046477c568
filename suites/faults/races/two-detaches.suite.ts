// Two clients detach one tenant at the same moment: none of them hears of its end before the last write is over.

import { scenario } from '#suite';
import { race } from '../shared/race.ts';

export default scenario({
  id: 'faults/races/two-detaches',
  title: 'two clients detach one tenant',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.while-detaching'],
  needs: ['two-nodes', 'tap'],
  run: (context) =>
    race(context, {
      requirement: 'detach.while-detaching',
      node: 'a',
      ends: 'b',
      wanted: ['done'],
      async prepare({ tenant }) {
        tenant.ask(null);
        await tenant.nextIndexCommit();
      },
      run: ({ tenant, first, second }) => [
        () => first.detach(tenant.id, 'a'),
        () => second.detach(tenant.id, 'a'),
      ],
    }),
});
