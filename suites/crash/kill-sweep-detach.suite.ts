// SIGKILL at 2 ms steps over the whole of a detach: answered, the tenant stays away; unanswered, it is whole or gone.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-detach',
  title:
    'SIGKILL at every phase of a detach leaves the tenant whole or gone, and gone for good once it was answered',
  decides: [
    'detach.durable',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'P2',
    'P6',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'detach'),
});
