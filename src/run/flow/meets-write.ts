// A write of a tenant that meets a fault: one that the tenant does by itself, or, where the target never writes by
// itself, that of a branch made for it (judging section 5).

import type { FaultHandle } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import type { Flow } from './flow.ts';
import type { FlowTenant } from './tenant.ts';

/** Makes the function for one scenario: a target that was silent once is not waited for again. */
export function createMeetsWrite(
  context: ScenarioContext,
  flow: Pick<Flow, 'caller'>,
): Flow['meetsWrite'] {
  let isSilent = false;
  return async (fault, tenant, node = 'a') => {
    if (!isSilent) {
      const requests = countRequests(context, tenant.id, node);
      await hitSoon(context, fault);
      if (requests() === 0 && fault.hits === 0) isSilent = true;
    }
    if (fault.hits === 0 && isSilent) {
      await beginBranch(context, flow, tenant, node);
      await hitSoon(context, fault);
    }
    return fault.hits > 0;
  };
}

/** A target may be silent for so long between two writes. */
async function hitSoon(context: ScenarioContext, fault: FaultHandle): Promise<void> {
  const soon = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.quiet)]);
  await fault.hit(soon).catch(() => undefined);
}

/** Requests of the tenant by that node that reach the tap from now until asked. */
function countRequests(context: ScenarioContext, tenant: string, node: NodeId): () => number {
  let requests = 0;
  const stop = context.rig.store.onEvent((event) => {
    if (event.type === 'received' && event.tenant === tenant && event.node === node) requests += 1;
  });
  return () => {
    stop();
    return requests;
  };
}

/** Its answer is not waited for: what strikes its writes may keep it back. */
async function beginBranch(
  context: ScenarioContext,
  flow: Pick<Flow, 'caller'>,
  tenant: FlowTenant,
  node: NodeId,
): Promise<void> {
  const { api } = await flow.caller(node);
  const timeline = context.random.hex(32);
  const names = { new_timeline_id: timeline, ancestor_timeline_id: tenant.timelines[0]! };
  const body = context.timelineBody(names);
  void api.call('timeline_create', { tenant: tenant.id, timeline, body });
}
