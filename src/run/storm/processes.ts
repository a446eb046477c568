// Kills, stops and pauses nodes while tenants move. A node is started again only where no start can make a second owner.

import { sleep } from '../../core/clock.ts';
import type { NodeId } from '../../history/index.ts';
import type { Flow } from '../flow/flow.ts';
import type { RigNode } from '../rig/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import type { ProcessFault } from './schedule.ts';

/** Carries out a node's faults one after the other; returns how many were carried out. */
export async function strikeProcess(
  context: ScenarioContext,
  flow: Flow,
  node: NodeId,
  faults: readonly ProcessFault[],
): Promise<number> {
  const started = performance.now();
  const one = context.rig.node(node);
  let done = 0;
  for (const fault of faults.toSorted((a, b) => a.afterMs - b.afterMs)) {
    await momentOf(context, fault, started);
    if (one.state !== 'up') continue;
    await strikeOnce(context, flow, one, fault);
    done += 1;
  }
  return done;
}

async function strikeOnce(
  context: ScenarioContext,
  flow: Flow,
  node: RigNode,
  { kind, forMs }: ProcessFault,
): Promise<void> {
  if (kind === 'pause') {
    node.pause();
    // Whatever ends the wait, nobody is left stopped.
    await sleep(forMs, context.signal).finally(() => node.resume());
    return;
  }
  await node[kind]();
  await sleep(forMs, context.signal);
  await startSafely(context, flow, node);
}

/** Starts the node once no tenant that may be on its disk may be owned elsewhere (P1). */
export async function startSafely(
  context: ScenarioContext,
  flow: Flow,
  node: RigNode,
): Promise<void> {
  while (flow.ownership.startHazards(node.id).length > 0) {
    await flow.ownership.changed(50, context.signal);
    context.signal.throwIfAborted();
  }
  await node.ensureUp();
}

/** Resolves at the fault's time, or with the n-th store request of the node if that comes first. */
async function momentOf(
  context: ScenarioContext,
  { node, afterMs, afterRequests }: ProcessFault,
  started: number,
): Promise<void> {
  const leftMs = Math.max(0, started + afterMs - performance.now());
  if (afterRequests === undefined) return sleep(leftMs, context.signal);
  const { promise: come, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  const stop = context.rig.store.onEvent((event) => {
    if (event.type !== 'received' || event.node !== node) return;
    seen += 1;
    if (seen === afterRequests) resolve();
  });
  await Promise.race([come, sleep(leftMs, context.signal)]).finally(stop);
}
