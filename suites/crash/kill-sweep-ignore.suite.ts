// SIGKILL at 2 ms steps over the whole of an ignore: answered, the mark outlives the restart; a load brings all back.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-ignore',
  title:
    'SIGKILL at every phase of an ignore keeps its mark once it was answered, and the data in any case',
  decides: [
    'ignore.outlives-restart',
    'ignore.keeps-files',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'P2',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'ignore'),
});
