// SIGKILL while each store request of an attach, list, read or first write, is held in turn at each point of its life.

import { scenario } from '#suite';
import { sweepStoreRequests } from './shared/store-sweep.ts';

export default scenario({
  id: 'crash/kill-at-store-requests-of-attach',
  title: 'SIGKILL while a store request of an attach waits leaves the tenant absent or whole',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P4', 'P6', 'P8'],
  needs: ['restart', 'tap'],
  run: (context) => sweepStoreRequests(context, ['attach']),
});
