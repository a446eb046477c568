// An ignore meets every fault of the store: it ends as the document allows, a fault at the store once healed is forgotten, and nothing is lost or doubled.

import { scenario } from '#suite';
import { OPERATIONS } from '../shared/operations.ts';
import { everyTapFault } from '../shared/tables.ts';

export default scenario({
  id: 'faults/store-tap/ignore',
  title: 'an ignore meets every fault of the store',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'ignore.removes-memory'],
  needs: ['two-nodes', 'tap'],
  run: (context) => everyTapFault(context, OPERATIONS.ignore),
});
