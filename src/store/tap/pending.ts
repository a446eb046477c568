// Requests that are not at their end, as the rig asks for them to know whether a tenant is quiet.
import type { PendingRequest } from '../store.ts';
import type { Arrival } from './arrival.ts';
import type { Exchange } from './exchange.ts';

/** A request whose body is not whole; what it will be is told from its method. */
export function pendingArrival(arrival: Arrival, tenants: readonly string[]): PendingRequest {
  return {
    ...common(arrival, tenants),
    op: arrival.request.method === 'PUT' ? 'put' : 'other',
    keys: [arrival.address.key],
    stage: 'receiving',
  };
}

/** A whole request. */
export function pendingExchange(exchange: Exchange): PendingRequest {
  return {
    ...common(exchange, exchange.tenants),
    op: exchange.action.op,
    keys: exchange.action.keys,
    stage: exchange.stage,
    ...(exchange.heldBy === undefined ? {} : { heldBy: exchange.heldBy }),
  };
}

function common(
  of: Pick<Arrival, 'req' | 'writer' | 'connection' | 'sinceMs'>,
  tenants: readonly string[],
) {
  return {
    req: of.req,
    node: of.writer.node,
    boot: of.writer.boot,
    ageMs: performance.now() - of.sinceMs,
    gone: of.connection.endedMs !== undefined,
    ...(tenants[0] === undefined ? {} : { tenant: tenants[0] }),
  };
}
