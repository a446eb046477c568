// SIGTERM, and what it is judged by: the process ends within its limit (judging section 5).

import type { ScenarioContext } from '#suite';

type RigNode = ScenarioContext['rig']['nodes'][number];

/** Ends a node with SIGTERM; that SIGKILL was needed is a warning. */
export async function endByTerm(context: ScenarioContext, node: RigNode): Promise<void> {
  const { escalated } = await node.terminate();
  context.check('liveness.stops', 'SIGTERM ends the process', !escalated, {
    level: 'warn',
    message: `node ${node.id} did not end within ${context.limits.stop} ms of SIGTERM`,
    node: node.id,
  });
}
