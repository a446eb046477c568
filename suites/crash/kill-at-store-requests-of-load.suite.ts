// SIGKILL while each store request of a load is held in turn at each point of its life.

import { scenario } from '#suite';
import { sweepStoreRequests } from './shared/store-sweep.ts';

export default scenario({
  id: 'crash/kill-at-store-requests-of-load',
  title: 'SIGKILL while a store request of a load waits leaves the tenant ignored or whole',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P4', 'P6', 'P8'],
  needs: ['restart', 'tap'],
  run: (context) => sweepStoreRequests(context, ['load']),
});
