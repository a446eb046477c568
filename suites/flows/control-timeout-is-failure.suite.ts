// Negative control. The answer to the attach never comes, though the node got it; a client that takes the timeout for a
// failure attaches the tenant elsewhere, and two nodes write one tenant.

import { scenario } from '#suite';
import { placeWrongly } from './shared/wrong-client.ts';

export default scenario({
  id: 'flows/control-timeout-is-failure',
  title:
    'a client that takes a timeout for a failure makes two writers: hazard, conflict and a lost update are found',
  decides: ['P1', 'P3', 'P4'],
  needs: ['two-nodes', 'tap', 'layout'],
  control: true,
  run: (context) => placeWrongly(context, 'timeout-is-failure', 'timeout-answer'),
});
