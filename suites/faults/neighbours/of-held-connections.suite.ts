// Many connections are held: requests in part, bodies that never come, answers that nobody takes. Others are served meanwhile.

import { openFlow, scenario } from '#suite';
import { neighboursAnswer } from '../shared/neighbours.ts';
import { detachFrom } from '../shared/operations.ts';
import { stalledRequests } from '../shared/stalled.ts';

const CONNECTIONS = Array.from({ length: 24 }, (_, index) => index);

export default scenario({
  id: 'faults/neighbours/of-held-connections',
  title: 'others are served while many connections stand still',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.isolation'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const neighbour = await flow.tenant('neighbour');
    const victim = await flow.tenant('victim');
    const requests = stalledRequests(context, victim);
    const sockets = await Promise.all(
      CONNECTIONS.map(async (index) => {
        const raw = await context.raw({ node: 'a' });
        const { operation, method, tenant, bytes } = requests[index % requests.length]!;
        const standing = raw.send({
          ...{ operation, method, bytes, tenant },
          timeoutMs: 2 * context.limits.api,
        });
        return { raw, standing };
      }),
    );
    // What was sent has arrived when the server has answered somebody who came later.
    await victim.settle();
    await neighboursAnswer(context, neighbour, 'a', 'held connections');
    for (const { raw } of sockets) raw.close();
    await Promise.all(sockets.map(({ standing }) => standing));
    await neighboursAnswer(context, neighbour, 'a', 'held connections that ended');
    await victim.settle();
    await victim.expectWhole('a');
    context.faultedFlow();
    await detachFrom(context, neighbour, 'a');
  },
});
