// Connections to the store end early, late or in the middle while every operation runs: afterwards each tenant is where it was asked to be, and whole.

import { scenario } from '#suite';
import { everyOperationUnder } from '../shared/store-link.ts';

export default scenario({
  id: 'faults/store-link/ends',
  title: 'six operations while connections to the store end early, late or in the middle',
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
  run: (context) =>
    everyOperationUnder(context, [
      'limit-data',
      'slow-close',
      'half-open',
      'cut-request',
      'cut-answer',
      'reset-mid-answer',
    ]),
});
