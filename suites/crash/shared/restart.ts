// How a node is brought back after its death, within P1.

import assert from 'node:assert';
import { expectOutcome, type Flow, type FlowDriver, type ScenarioContext } from '#suite';

type NodeId = 'a' | 'b';

/** Starts the node again on its data; never while a tenant that may lie on its disk may be owned elsewhere (P1). */
export async function startAgain(
  context: ScenarioContext,
  flow: Flow,
  node: NodeId = 'a',
): Promise<void> {
  assert.deepEqual(flow.ownership.startHazards(node), [], 'a start that would break P1');
  await context.rig.node(node).start();
}

/**
 * What others do meanwhile, with a driver that was made before the node died: tenants are created on the node and leave it
 * again, for at least `ms`, so that what a dead node left behind meets a busy store.
 */
export async function trafficOn(
  context: ScenarioContext,
  flow: Flow,
  driver: FlowDriver,
  node: NodeId,
  ms: number,
): Promise<void> {
  const until = performance.now() + ms;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const tenant = await flow.tenant(`others/${driver.links[node]!.name}/${turn}`, {
      on: node,
      driver,
    });
    const gone = await tenant.detach(node);
    const step = { requirement: 'detach.removes-memory', what: 'detach', id: tenant.id, node };
    expectOutcome(context, gone, ['done'], step);
  }
}
