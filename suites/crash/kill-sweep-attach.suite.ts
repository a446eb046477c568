// SIGKILL at 2 ms steps over the whole of an attach: afterwards the tenant is absent or whole, never partial, never Broken.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-attach',
  title: 'SIGKILL at every phase of an attach leaves the tenant absent or whole',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P6', 'P8', 'machine'],
  decidesHardened: ['durability.every-success'],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'attach'),
});
