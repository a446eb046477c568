// Only the beginning of a request arrives, then its connection ends: nothing waits for the rest, and the whole request works afterwards.

import { scenario } from '#suite';
import { everyParting } from '../shared/callers.ts';

export default scenario({
  id: 'faults/callers/request-in-part',
  title: 'every state-changing call arrives in part',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.caller-gone'],
  needs: ['two-nodes', 'tap'],
  run: (context) =>
    everyParting(context, [
      {
        name: 'in the first line',
        fault: { kind: 'cut-request', parameters: { bytes: 20 } },
        held: false,
      },
      {
        name: 'within the headers',
        fault: { kind: 'cut-request', parameters: { bytes: 120 } },
        held: false,
      },
      {
        name: 'within the body',
        fault: { kind: 'cut-request', parameters: { bytes: 4096 } },
        held: false,
        longBody: true,
      },
    ]),
});
