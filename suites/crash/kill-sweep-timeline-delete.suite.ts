// SIGKILL at 2 ms steps over the whole of a timeline deletion: answered, the timeline stays away; others are not
// touched.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-timeline-delete',
  title: 'SIGKILL at every phase of a timeline deletion brings back nothing that was answered',
  decides: [
    'timeline.delete-stays',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'P2',
    'P4',
    'P6',
    'P8',
  ],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'timeline-delete'),
});
