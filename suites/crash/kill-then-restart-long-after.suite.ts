// SIGKILL soon after each answer; the node comes back only when others have worked for a while on the other node.

import { scenario } from '#suite';
import { sweepAfterSuccess } from './shared/after-success.ts';

/** How long others work before the node comes back, milliseconds. */
const LONG_MS = 400;
const LONG_AT_NIGHT_MS = 6_000;

export default scenario({
  id: 'crash/kill-then-restart-long-after',
  title: 'what was promised outlives a SIGKILL and a long time without the node',
  decides: [
    'durability.accepted-may-be-lost',
    'ownership.must-own',
    'detach.durable',
    'ignore.outlives-restart',
    'durability.restart',
    'config.survives-restart',
    'P2',
    'P6',
    'P8',
  ],
  decidesHardened: ['durability.every-success'],
  needs: ['two-nodes', 'restart', 'tap'],
  deadlineMs: 120_000,
  run: (context) =>
    sweepAfterSuccess(
      context,
      ['attach', 'detach', 'ignore', 'create', 'config', 'timeline-create'],
      { trafficMs: context.nightly ? LONG_AT_NIGHT_MS : LONG_MS },
    ),
});
