// Store requests of one tenant that are kept back at the tap, so that a state which lasts milliseconds can be looked at.

import type { Api, FaultHandle, Flow, FlowTenant, ScenarioContext } from '#suite';

/** From now on the tenant's indexes can't be read by the node: an attach is scheduled and goes no further. */
export function keepIndexReads(flow: Flow, tenant: FlowTenant, node: string): Promise<FaultHandle> {
  return flow.fault({
    kind: 'store-hold',
    where: 'node-store',
    node,
    tenant: tenant.id,
    when: { op: ['get'], key: /index_part\.json/ },
  });
}

/** From now on the node can't list what the tenant has: where it asks that first, an attach is not even answered. */
export function keepLists(flow: Flow, tenant: FlowTenant, node: string): Promise<FaultHandle> {
  return flow.fault({
    kind: 'store-hold',
    where: 'node-store',
    node,
    tenant: tenant.id,
    when: { op: ['list'] },
  });
}

/**
 * Keeps back a write of an Active tenant, and resolves when it is kept back. A target that does not write by itself is made to by a
 * branch. A write that never comes leaves the fault without a hit, which `healed` tells.
 */
export async function keepWrites(
  flow: Flow,
  tenant: FlowTenant,
  node: string,
): Promise<FaultHandle> {
  const fault = await flow.fault({
    kind: 'store-hold',
    where: 'node-store',
    node,
    tenant: tenant.id,
    when: { op: ['put'] },
  });
  await flow.meetsWrite(fault, tenant, node);
  return fault;
}

/** What a node shows of a tenant, as one judged look. `undefined`: its status is an error. */
export async function shownState(context: ScenarioContext, api: Api, tenant: FlowTenant) {
  return context.tenantState(await api.call('tenant_status', { tenant: tenant.id }));
}

/**
 * Waits until the tenant is shown in memory, for as long as a hold lasts at most; undefined: it was not shown, as by a server that
 * schedules an attach only when it has read everything.
 */
export function untilShown(context: ScenarioContext, api: Api, tenant: FlowTenant) {
  return context.eventually(() => shownState(context, api, tenant), 1000);
}
