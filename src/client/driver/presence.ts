// What a node shows of a tenant: its state, its absence, or nothing that can be told (judging section 1).

import type { NodeId, TenantState } from '../../history/events.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { DriverContext } from './calls.ts';

/** `absent`: GET says 404, or any other error and the list does not name it. `unknown`: no answer, or none that tells. */
export type Presence = TenantState | 'absent';

/** Asks for the tenant's status, and for the list where the status is an odd error. */
export async function look(
  context: DriverContext,
  tenant: string,
  node: NodeId,
): Promise<{ readonly presence: Presence; readonly exchange: Exchange }> {
  const timeoutMs = context.options.limits.api;
  const exchange = await context.call({
    operation: 'tenant_status',
    tenant,
    node,
    method: 'GET',
    path: `/v1/tenant/${tenant}`,
    timeoutMs,
  });
  const { response, outcome } = exchange;
  if (!response) return { presence: 'Unknown', exchange };
  if (outcome.type === 'ok') return { presence: outcome.seen?.state ?? 'Unknown', exchange };
  if (response.status === 404) return { presence: 'absent', exchange };
  const list = await context.call({
    operation: 'tenant_list',
    tenant,
    node,
    method: 'GET',
    path: '/v1/tenant/',
    timeoutMs,
  });
  const named = list.response && list.outcome.seen?.tenants;
  if (!named || named.includes(tenant)) return { presence: 'Unknown', exchange };
  context.odd(tenant, node, response.status);
  return { presence: 'absent', exchange };
}
