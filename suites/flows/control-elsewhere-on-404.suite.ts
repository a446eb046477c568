// Negative control. The attach is still on its way when the status says that the tenant is absent; a client that takes
// this for proof attaches it elsewhere, the first attach arrives after all, and two nodes write one tenant.

import { scenario } from '#suite';
import { placeWrongly } from './shared/wrong-client.ts';

export default scenario({
  id: 'flows/control-elsewhere-on-404',
  title:
    'a client that goes elsewhere on a 404 makes two writers: hazard, conflict and a lost update are found',
  decides: ['P1', 'P3', 'P4'],
  needs: ['two-nodes', 'tap', 'layout', 'proxy-hold'],
  control: true,
  run: (context) => placeWrongly(context, 'elsewhere-on-404', 'hold'),
});
