// SIGKILL at 2 ms steps over the whole of a load: the tenant is still ignored or whole, never partial, never Broken.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-load',
  title: 'SIGKILL at every phase of a load leaves the tenant ignored or whole',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P6', 'P8', 'machine'],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'load'),
});
