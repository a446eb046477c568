// Negative control. `has_in_progress_downloads` is false although the node owns the tenant; a client that takes this for
// proof that nothing goes on attaches it elsewhere, and two nodes write one tenant.

import { scenario } from '#suite';
import { placeWrongly } from './shared/wrong-client.ts';

export default scenario({
  id: 'flows/control-trust-downloads-flag',
  title:
    'a client that trusts has_in_progress_downloads makes two writers: hazard, conflict and a lost update are found',
  decides: ['P1', 'P3', 'P4'],
  needs: ['two-nodes', 'tap', 'layout'],
  control: true,
  run: (context) => placeWrongly(context, 'trust-has-in-progress-downloads'),
});
