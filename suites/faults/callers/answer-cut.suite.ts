// The work is done and the answer is cut at the proxy: executed but unanswered, as nobody but a proxy can make it.

import { scenario } from '#suite';
import { everyParting } from '../shared/callers.ts';

export default scenario({
  id: 'faults/callers/answer-cut',
  title: 'every state-changing call is carried out and its answer never arrives',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.caller-gone'],
  needs: ['two-nodes', 'tap'],
  run: (context) =>
    everyParting(context, [
      {
        name: 'nothing arrives',
        fault: { kind: 'cut-answer', parameters: { bytes: 0 } },
        held: false,
      },
      { name: 'reset instead', fault: { kind: 'reset-after-request' }, held: false },
    ]),
});
