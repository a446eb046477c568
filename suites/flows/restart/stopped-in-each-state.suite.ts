// A node is stopped while tenants are Active, attaching, detaching, ignored, gone …, and starts again: what was there is there, whole, and
// what was not does not come back.

import { scenario } from '#suite';
import { restartInEachState } from '../shared/strike-lives.ts';

export default scenario({
  id: 'flows/restart/stopped-in-each-state',
  title: 'a node is stopped and starts again, with a tenant in each state',
  decides: [
    'durability.restart',
    'durability.accepted-may-be-lost',
    'detach.removes-files',
    'detach.durable',
    'ignore.outlives-restart',
    'load.removes-mark',
    'ownership.must-own',
    'config.survives-restart',
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap', 'layout'],
  run: (context) => restartInEachState(context, 'terminate'),
});
