// Two consecutive store requests of an attach are disturbed, each in its own way: the tenant becomes Active, or can be repaired.

import { openFlow, scenario } from '#suite';
import { attachUnder, countRequests, onMoves, PAIRS } from '../shared/around.ts';

export default scenario({
  id: 'faults/around/attach-two-requests',
  title: 'an attach while any two of its store requests that follow each other are disturbed',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.reaches-active-or-broken'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requests = await countRequests(context, flow);
    const begin = context.random.below(requests);
    const cases = PAIRS.flatMap((faults, index) => {
      // The nightly run tries every pair at every place, the gate each pair at one place.
      const all = Array.from({ length: requests }, (_, place) => place + 1);
      return (context.nightly ? all : [((begin + index) % requests) + 1]).map((nth) => ({
        name: `request ${nth} ${faults[0].name}, the next ${faults[1].name}`,
        choice: { nth },
        faults,
      }));
    });
    await onMoves(context, flow, 'attach.reaches-active-or-broken', cases, (...step) =>
      attachUnder(context, flow, ...step),
    );
  },
});
