// Each store request of an attach in turn is held, slowed, failed or done without an answer: the tenant becomes Active, or can be repaired.

import { openFlow, scenario } from '#suite';
import { attachUnder, countRequests, onMoves, REQUEST_FAULTS } from '../shared/around.ts';

export default scenario({
  id: 'faults/around/attach-one-request',
  title: 'an attach while any one of its store requests is disturbed',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.reaches-active-or-broken'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requests = await countRequests(context, flow);
    const cases = Array.from({ length: requests }, (_, index) => index + 1).flatMap((nth) =>
      REQUEST_FAULTS.map((fault) => ({
        name: `request ${nth} ${fault.name}`,
        choice: { nth },
        faults: [fault],
      })),
    );
    await onMoves(context, flow, 'attach.reaches-active-or-broken', cases, (...step) =>
      attachUnder(context, flow, ...step),
    );
  },
});
