// SIGKILL from 0 to 1 s after the answer of create, config, timeline creation and deletion; the restart comes at once.

import { scenario } from '#suite';
import { sweepAfterSuccess } from './shared/after-success.ts';

export default scenario({
  id: 'crash/kill-after-success-of-contents',
  title:
    'what create, config and the timeline operations promised outlives a SIGKILL within the second after',
  decides: [
    'durability.restart',
    'config.survives-restart',
    'timeline.delete-stays',
    'P2',
    'P4',
    'P6',
    'P8',
  ],
  decidesHardened: ['durability.every-success'],
  needs: ['restart', 'tap'],
  run: (context) =>
    sweepAfterSuccess(context, ['create', 'config', 'timeline-create', 'timeline-delete'], {
      trafficMs: 0,
    }),
});
