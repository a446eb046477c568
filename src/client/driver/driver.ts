// The driver: a correct control plane for tenants on one or two nodes, by the document's own protocol. It keeps P1 by itself.

import assert from 'node:assert';
import type { NodeId } from '../../history/events.ts';
import { createContext, type DriverCall } from './calls.ts';
import { closeTenant } from './closing.ts';
import type { DriverOptions } from './lane.ts';
import { open, waitActive } from './opening.ts';
import type { DriverOutcome } from './outcome.ts';
import { createOwnership, type Ownership } from './ownership/ownership.ts';
import { look, type Presence } from './presence.ts';
import { createTimeline } from './timeline.ts';

/** Timeline to create. */
export interface NewTimeline {
  readonly id: string;
  readonly ancestor?: string;
  readonly ancestorLsn?: string;
  /** Merged into the body: the target's own `timeline.create`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** How a move ended: `at` is the step that decided. */
export type MoveOutcome = DriverOutcome & { readonly at: 'detach' | 'attach' };

/**
 * Drives tenants, one step at a time for each lane. Steps never throw for what the target does; they throw the signal's reason
 * when the scenario ends, and HarnessError when a step would break P1.
 */
export interface Driver {
  /** To be fed with the rig's proxy and process events: `ownership.see`. */
  readonly ownership: Ownership;
  attach(tenant: string, node: NodeId): Promise<DriverOutcome>;
  detach(tenant: string, node: NodeId, options?: { ignored?: boolean }): Promise<DriverOutcome>;
  ignore(tenant: string, node: NodeId): Promise<DriverOutcome>;
  load(tenant: string, node: NodeId): Promise<DriverOutcome>;
  createTenant(
    tenant: string,
    node: NodeId,
    config?: Readonly<Record<string, unknown>>,
  ): Promise<DriverOutcome>;
  createTimeline(tenant: string, node: NodeId, timeline: NewTimeline): Promise<DriverOutcome>;
  waitActive(tenant: string, node: NodeId): Promise<DriverOutcome>;
  /** One look at the tenant: its state, `absent`, or `Unknown`. */
  look(tenant: string, node: NodeId): Promise<Presence>;
  /** Detach from `from`, and only when may-own has ended there, attach to `to`. */
  move(tenant: string, from: NodeId, to: NodeId): Promise<MoveOutcome>;
  /** Declares the tenant a negative control, in the history too: P1 is no longer kept for it. Before its first call. */
  declareControl(tenant: string): void;
}

/** Creates a driver. Lanes are the caller's to close. */
export function createDriver(options: DriverOptions): Driver {
  const ownership = options.ownership ?? createOwnership();
  const context = createContext(options, ownership);
  const attachMs = options.answerMs ?? options.limits.attach;
  const detachMs = options.answerMs ?? options.limits.detach;
  const attach = (tenant: string, node: NodeId) =>
    open(context, post('attach', tenant, node, attachMs));
  const detach = (tenant: string, node: NodeId, how: { ignored?: boolean } = {}) => {
    const call = post('detach', tenant, node, detachMs);
    const query = how.ignored === true ? '?detach_ignored=true' : '';
    return closeTenant(context, { ...call, path: call.path + query });
  };
  return {
    ownership,
    attach,
    detach,
    ignore: (tenant, node) => closeTenant(context, post('ignore', tenant, node, detachMs)),
    load: (tenant, node) => open(context, post('load', tenant, node, attachMs)),
    createTenant: (tenant, node, config = {}) =>
      open(context, {
        ...post('tenant_create', tenant, node, attachMs),
        path: '/v1/tenant/',
        body: { ...config, new_tenant_id: tenant },
      }),
    createTimeline: (tenant, node, timeline) =>
      createTimeline(context, timelineCall(tenant, node, timeline, attachMs)),
    waitActive: (tenant, node) => waitActive(context, tenant, node),
    look: async (tenant, node) => (await look(context, tenant, node)).presence,
    async move(tenant, from, to) {
      assert(from !== to, 'a move needs two nodes');
      const detached = await detach(tenant, from);
      if (detached.kind !== 'done') return { ...detached, at: 'detach' };
      return { ...(await attach(tenant, to)), at: 'attach' };
    },
    declareControl(tenant) {
      const { scenario } = options;
      const label = scenario === undefined ? {} : { scenario };
      options.sink.record({ ...label, stream: 'run', type: 'control', tenant });
      ownership.permitUnsafe(tenant);
    },
  };
}

function post(operation: string, tenant: string, node: NodeId, timeoutMs: number): DriverCall {
  const path = `/v1/tenant/${tenant}/${operation}`;
  return { operation, tenant, node, method: 'POST', path, timeoutMs };
}

function timelineCall(
  tenant: string,
  node: NodeId,
  timeline: NewTimeline,
  timeoutMs: number,
): DriverCall {
  const { id, ancestor, ancestorLsn, extra } = timeline;
  return {
    operation: 'timeline_create',
    tenant,
    node,
    timeline: id,
    method: 'POST',
    path: `/v1/tenant/${tenant}/timeline/`,
    timeoutMs,
    body: {
      ...extra,
      new_timeline_id: id,
      ...(ancestor === undefined ? {} : { ancestor_timeline_id: ancestor }),
      ...(ancestorLsn === undefined ? {} : { ancestor_start_lsn: ancestorLsn }),
    },
  };
}
