// Many connections are held: requests in part, bodies that never come, answers that nobody takes. Others are served meanwhile.

import { type FlowTenant, openFlow, type ScenarioContext, scenario } from '#suite';
import { neighboursAnswer, nobodyWaits } from '../shared/neighbours.ts';
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
    await nobodyWaits(context, 'held connections', () => standStill(context, neighbour, victim));
    const hold = { isHeld: () => false, release: async () => undefined };
    const during = 'held connections that ended';
    await neighboursAnswer(context, { neighbour, node: 'a', during, hold });
    await victim.settle();
    await victim.expectWhole('a');
    await detachFrom(context, neighbour, 'a');
  },
});

/** Many requests stop in the middle and end only with their connections. Who waited, if anybody. */
async function standStill(
  context: ScenarioContext,
  neighbour: FlowTenant,
  victim: FlowTenant,
): Promise<string | undefined> {
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
  let standing = sockets.length;
  for (const socket of sockets) void socket.standing.then(() => (standing -= 1));
  const release = async (): Promise<void> => {
    for (const { raw } of sockets) raw.close();
    await Promise.all(sockets.map((socket) => socket.standing));
  };
  // What was sent has arrived when the server has answered somebody who came later.
  await victim.settle();
  if (standing > 0) context.faultedFlow();
  else context.undecided('liveness.isolation', 'no connection was held');
  const waited = await neighboursAnswer(context, {
    ...{ neighbour, node: 'a', during: 'held connections' },
    hold: { isHeld: () => standing > 0, release },
  });
  await release();
  return waited;
}
