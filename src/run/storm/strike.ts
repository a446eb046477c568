// Puts the faults of a schedule in force and takes them away again in time; counts the flows that they really struck.

import { sleep } from '../../core/clock.ts';
import type { Fault, FaultHandle, FaultWhen } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';
import type { Flow } from '../flow/flow.ts';
import type { FlowTenant } from '../flow/tenant.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import type { Aim, SharedFault, TenantFault } from './schedule.ts';

/** Longest that a fault stays in force, ms; what strikes nothing by then was out of place. */
const IN_FORCE_MS_MAX = 700;

/** The faults of one round. */
export interface Strikes {
  /** Puts a tenant's fault in force, on the link to `node`. The result ends it, unless it is to stay beyond its step. */
  tenant(tenant: FlowTenant, fault: TenantFault, node: NodeId): Promise<() => Promise<void>>;
  /** Waits for its time, strikes everybody on the node and heals it. */
  shared(fault: SharedFault): Promise<void>;
  /** Heals all and tells how many flows were struck: (tenant, operation, fault that hit). */
  end(): Promise<number>;
}

/** Starts with no fault. */
export function createStrikes(context: ScenarioContext, flow: Flow): Strikes {
  const handles: FaultHandle[] = [];
  const running: Promise<void>[] = [];
  const inject = async (fault: Fault, forMs: number): Promise<FaultHandle> => {
    const handle = await flow.fault(fault);
    handles.push(handle);
    running.push(healInTime(context, handle, forMs));
    return handle;
  };
  return {
    async tenant(tenant, fault, node) {
      const handle = await inject(tenantFault(tenant, fault, node), fault.forMs);
      return fault.stays ? async () => undefined : () => handle.heal();
    },
    async shared({ kind, node, parameters, afterMs, forMs }) {
      await sleep(afterMs, context.signal);
      const more = parameters === undefined ? {} : { parameters };
      await inject({ kind, where: 'node-store', node, ...more }, forMs);
    },
    async end() {
      await Promise.all(handles.map((handle) => handle.heal()));
      await Promise.all(running);
      await context.lane.drain();
      return handles.reduce((sum, handle) => sum + flowsOf(handle), 0);
    },
  };
}

/** One for each tenant that it is known to have struck. */
function flowsOf(handle: FaultHandle): number {
  if (handle.hits === 0) return 0;
  const tenants = new Set(handle.struck.map((hit) => hit.tenant));
  return Math.max(1, tenants.size);
}

async function healInTime(
  context: ScenarioContext,
  handle: FaultHandle,
  forMs: number,
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), IN_FORCE_MS_MAX);
  const signal = AbortSignal.any([late.signal, context.signal]);
  // Neither the end of its time nor that it was healed before is news.
  await handle
    .hit(signal)
    .then(() => sleep(forMs, signal))
    .catch(() => undefined);
  clearTimeout(timer);
  await handle.heal();
}

function tenantFault(tenant: FlowTenant, fault: TenantFault, node: NodeId): Fault {
  const { kind, at, parameters, aim, nth } = fault;
  const when: FaultWhen = {
    ...(aim === undefined ? {} : { operation: { path: pathOf(tenant.id, aim) } }),
    ...(nth === undefined ? {} : { nth }),
  };
  return {
    kind,
    where: at,
    tenant: tenant.id,
    ...(at === 'client-node' ? { link: tenant.driver.links[node]! } : {}),
    ...(parameters === undefined ? {} : { parameters }),
    ...(Object.keys(when).length === 0 ? {} : { when }),
  };
}

function pathOf(tenant: string, aim: Aim): RegExp {
  if (aim === 'config') return /^\/v1\/tenant\/config/;
  const tail = aim === 'status' ? '' : `/${aim}`;
  return new RegExp(`^/v1/tenant/${tenant}${tail}(/|\\?|$)`);
}
