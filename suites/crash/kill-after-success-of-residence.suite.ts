// SIGKILL from 0 to 1 s after the answer of attach, load, detach and ignore; the restart comes at once.

import { scenario } from '#suite';
import { sweepAfterSuccess } from './shared/after-success.ts';

export default scenario({
  id: 'crash/kill-after-success-of-residence',
  title: 'what attach, load, detach and ignore promised outlives a SIGKILL within the second after',
  decides: [
    'durability.accepted-may-be-lost',
    'ownership.must-own',
    'detach.durable',
    'ignore.outlives-restart',
    'durability.restart',
    'P2',
    'P8',
    'machine',
  ],
  decidesHardened: ['durability.every-success'],
  needs: ['restart', 'tap'],
  run: (context) =>
    sweepAfterSuccess(context, ['attach', 'load', 'detach', 'ignore'], { trafficMs: 0 }),
});
