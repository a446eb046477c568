// Steps of a tenant's life that a scenario only builds upon: each must come to its good end, or the scenario ends.

import { expectOutcome, type FlowTenant, type ScenarioContext } from '#suite';

type NodeId = Parameters<FlowTenant['attach']>[0];

/** Detaches; throws ScenarioEnd where that does not end. */
export async function detached(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: NodeId,
  requirement = 'detach.removes-memory',
): Promise<void> {
  const outcome = await tenant.detach(node);
  const step = { requirement, what: `detach from ${node}`, id: tenant.id, node };
  expectOutcome(context, outcome, ['done'], step);
}

/** Attaches until Active; throws ScenarioEnd where it does not become so. */
export async function attached(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: NodeId,
  requirement = 'attach.reaches-active-or-broken',
): Promise<void> {
  const outcome = await tenant.attach(node);
  const step = { requirement, what: `attach to ${node}`, id: tenant.id, node };
  expectOutcome(context, outcome, ['active'], step);
}

/** Detaches from one node and attaches to the other; whole there, or the scenario ends. */
export async function moved(
  context: ScenarioContext,
  tenant: FlowTenant,
  from: NodeId,
  to: NodeId,
  requirement = 'detach.reattach',
): Promise<void> {
  const outcome = await tenant.move(from, to);
  const step = { requirement, what: `move to ${to}`, id: tenant.id, node: to };
  expectOutcome(context, outcome, ['active'], step);
  await tenant.expectWhole(to);
}

/** Ignores; throws ScenarioEnd where that does not end. */
export async function ignored(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: NodeId,
  requirement = 'ignore.removes-memory',
): Promise<void> {
  const outcome = await tenant.ignore(node);
  const step = { requirement, what: `ignore on ${node}`, id: tenant.id, node };
  expectOutcome(context, outcome, ['done'], step);
}

/** Loads until Active; throws ScenarioEnd where it does not become so. */
export async function loaded(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: NodeId,
  requirement = 'load.status-tells',
): Promise<void> {
  const outcome = await tenant.load(node);
  const step = { requirement, what: `load on ${node}`, id: tenant.id, node };
  expectOutcome(context, outcome, ['active'], step);
}
