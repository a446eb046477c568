// A detach meets every fault of its client's link: it comes to its end by a right client's own means, and nothing is lost or doubled.

import { scenario } from '#suite';
import { OPERATIONS } from '../shared/operations.ts';
import { everyClientFault } from '../shared/tables.ts';

export default scenario({
  id: 'faults/client-link/detach',
  title: "a detach meets every fault of its client's link",
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.removes-memory'],
  needs: ['two-nodes', 'tap'],
  run: (context) => everyClientFault(context, OPERATIONS.detach),
});
