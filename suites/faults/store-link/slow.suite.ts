// The whole link to the store is slow, jittery, narrow or sliced while every operation runs: afterwards each tenant is where it was asked to be, and whole.

import { scenario } from '#suite';
import { everyOperationUnder } from '../shared/store-link.ts';

export default scenario({
  id: 'faults/store-link/slow',
  title: 'six operations while the whole link to the store is slow, jittery, narrow or sliced',
  decides: [
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
    'attach.reaches-active-or-broken',
    'detach.removes-memory',
  ],
  needs: ['two-nodes', 'tap'],
  run: (context) => everyOperationUnder(context, ['latency', 'jitter', 'bandwidth', 'slice']),
});
