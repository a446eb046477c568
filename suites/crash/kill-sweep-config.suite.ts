// SIGKILL at 2 ms steps over the whole of a config request: the old overrides or the new ones, the new ones once
// answered.

import { scenario } from '#suite';
import { sweepInSteps } from './shared/step-sweep.ts';

export default scenario({
  id: 'crash/kill-sweep-config',
  title:
    'SIGKILL at every phase of a config request leaves the old overrides or the new, and the new once they were answered',
  decides: [
    'config.survives-restart',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'P8',
  ],
  needs: ['restart', 'tap'],
  run: (context) => sweepInSteps(context, 'config'),
});
