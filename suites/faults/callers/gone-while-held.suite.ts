// The caller ends its connection while the server works and waits for the store: the server goes on or gives up, but leaves nothing locked.

import { scenario } from '#suite';
import { everyParting } from '../shared/callers.ts';

export default scenario({
  id: 'faults/callers/gone-while-held',
  title: 'every state-changing call loses its caller while the store holds a request of its tenant',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.caller-gone', 'liveness.isolation'],
  needs: ['two-nodes', 'tap', 'proxy-trigger', 'proxy-events'],
  run: (context) =>
    everyParting(context, [
      { name: 'FIN', fault: { kind: 'caller-gone', parameters: { end: 'fin' } }, held: true },
      {
        name: 'RST',
        fault: { kind: 'caller-gone', parameters: { end: 'rst' } },
        held: true,
        again: 'meanwhile' as const,
      },
    ]),
});
