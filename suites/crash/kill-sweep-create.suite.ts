// SIGKILL at 2 ms steps over the whole of a tenant creation: what was answered 201 is there with its overrides.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-create',
  title: 'SIGKILL at every phase of a tenant creation loses nothing that was answered',
  decides: ['durability.restart', 'durability.accepted-may-be-lost', 'machine'],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'create'),
});
