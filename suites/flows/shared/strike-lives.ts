// A node is stopped while tenants are in every state at once, starts again, and everything is found as it must be.

import { type Flow, openFlow, type ScenarioContext, sleep } from '#suite';
import { LIVES, type Prepared } from './lives.ts';

/** Lets the held store requests go this long after SIGTERM, ms: the node has begun to stop, and may wait for them. */
const HELD_MS = 60;

/** One round over all states. */
export async function restartInEachState(
  context: ScenarioContext,
  how: 'terminate' | 'kill',
): Promise<void> {
  const flow = await openFlow(context);
  const lives = LIVES.filter(({ needs }) => needs === undefined || flow.nodes.length > 1);
  const prepared = await Promise.all(lives.map((life) => life.prepare(context, flow)));
  const node = context.rig.node('a');
  const stopped = node[how]();
  if (how === 'terminate') await heal(context, flow, prepared);
  await stopped;
  if (how === 'kill') await heal(context, flow, prepared);
  await node.start();
  await Promise.all(prepared.map(({ found }) => found()));
  await Promise.all(prepared.map(({ tenant }) => tenant.settle()));
  await Promise.all(prepared.map(({ tenant }) => tenant.detach('a')));
}

async function heal(
  context: ScenarioContext,
  flow: Flow,
  prepared: readonly Prepared[],
): Promise<void> {
  await sleep(HELD_MS, context.signal);
  for (const { fault, requirement } of prepared) {
    if (fault) await flow.healed(fault, requirement, 'a restart');
  }
}
