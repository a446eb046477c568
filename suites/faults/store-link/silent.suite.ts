// Requests to the store or its answers vanish, are reset or come late while every operation runs: afterwards each tenant is where it was asked to be, and whole.

import { scenario } from '#suite';
import { everyOperationUnder } from '../shared/store-link.ts';

export default scenario({
  id: 'faults/store-link/silent',
  title: 'six operations while requests to the store or its answers vanish, are reset or come late',
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
      'timeout-request',
      'timeout-answer',
      'reset-before-request',
      'reset-after-request',
      'hold',
      'hold-answer',
    ]),
});
