// SIGKILL while a detach waits for writes that the store has not answered.

import { scenario } from '#suite';
import { sweepStoreRequests } from './shared/store-sweep.ts';

export default scenario({
  id: 'crash/kill-at-store-requests-of-detach',
  title: 'SIGKILL while a detach waits for a write loses nothing that was written',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P4', 'P6', 'P8'],
  needs: ['restart', 'tap'],
  run: (context) => sweepStoreRequests(context, ['detach']),
});
