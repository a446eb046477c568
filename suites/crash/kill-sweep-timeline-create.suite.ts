// SIGKILL at 2 ms steps over the whole of a timeline creation: answered, the branch is there; the rest is there
// always.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-timeline-create',
  title: 'SIGKILL at every phase of a timeline creation loses no timeline that was answered',
  decides: ['P8', 'durability.accepted-may-be-lost', 'durability.restart', 'P4', 'P6'],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'timeline-create'),
});
