// Tenants that a scenario leaves behind are detached once they have been watched for a while: a rig that keeps every
// tenant of every scenario writes more than it tests. Their silence is watched as long as the rig lives.

import { openClient, type PageserverClient } from '../../client/index.ts';
import type { Rig, RigNode } from '../rig/index.ts';

/** So many later scenarios a tenant stays where it is, so that writes which stop after a fault are seen to stop. */
const LATER_SCENARIOS = 2;

/** Detaches at once on one node. */
const CLIENTS_MAX = 4;

/** What a scenario left. */
export interface Left {
  readonly scenario: string;
  /** Ids that it gave its tenants, present or not. */
  readonly tenants: readonly string[];
  /** Ids that the target gave. */
  readonly strays: readonly string[];
  /** Nobody looks where they are. */
  readonly isUnseen?: true;
}

/** Takes leave of tenants. */
export interface Farewell {
  /**
   * The scenario has ended. One that our own limit has cut short may have said where its tenants are to be and never asked for it: they
   * leave at once, unlooked at, for what is seen of them is nobody's fault.
   */
  leave(left: Left, isCutShort: boolean): Promise<void>;
}

/** Made once for each rig. `stays` is false where tenants are not watched for their writes (contract). */
export function createFarewell(rig: Rig, nextProcess: () => number, stays: boolean): Farewell {
  const waiting: Left[] = [];
  return {
    async leave(last, isCutShort) {
      if (isCutShort) await detachAll(rig, { ...last, isUnseen: true }, nextProcess);
      // A node that is down now may have them later.
      waiting.push(last);
      while (waiting.length > (stays ? LATER_SCENARIOS : 0)) {
        const left = waiting.shift()!;
        if (left.tenants.length + left.strays.length > 0) await detachAll(rig, left, nextProcess);
      }
    },
  };
}

async function detachAll(rig: Rig, left: Left, nextProcess: () => number): Promise<void> {
  const up = rig.nodes.filter((node) => node.state === 'up' || node.state === 'remote');
  await Promise.all(up.map((node) => detachOn(rig, node, left, nextProcess)));
}

async function detachOn(
  rig: Rig,
  node: RigNode,
  left: Left,
  nextProcess: () => number,
): Promise<void> {
  const { scenario, isUnseen } = left;
  const own = [...left.tenants, ...left.strays];
  const here = isUnseen ? own : await listOwn(rig, open(rig, node, scenario, nextProcess()), own);
  const strays = new Set(left.strays);
  const detachSome = async (): Promise<void> => {
    for (let tenant = here.pop(); tenant !== undefined; tenant = here.pop()) {
      // Each with a connection of its own: a kept one may be closed just as the request is sent.
      await using client = open(rig, node, scenario, nextProcess());
      // A history tells calls of a tenant apart by ids that were known when they were sent: a stray's is named by path alone.
      const isStray = strays.has(tenant);
      if (!isStray) {
        rig.history.record({ stream: 'run', type: 'place', tenant, node: null, scenario });
      }
      await client.send({
        operation: 'detach',
        method: 'POST',
        path: `/v1/tenant/${tenant}/detach`,
        ...(isStray ? {} : { tenant }),
        timeoutMs: rig.target.limits.detach * 3,
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(CLIENTS_MAX, here.length) }, detachSome));
}

/** Those of the scenario's tenants that the node has. */
async function listOwn(
  rig: Rig,
  client: PageserverClient,
  tenants: readonly string[],
): Promise<string[]> {
  await using _ = client;
  const { outcome } = await client.send({
    operation: 'tenant_list',
    method: 'GET',
    path: '/v1/tenant/',
    timeoutMs: rig.target.limits.api * 3,
  });
  const listed = new Set(outcome.seen?.tenants ?? []);
  return tenants.filter((tenant) => listed.has(tenant));
}

function open(rig: Rig, node: RigNode, scenario: string, proc: number): PageserverClient {
  const token = rig.tokens?.mint({ scope: 'pageserverapi' });
  return openClient({
    url: node.url,
    sink: rig.history,
    node: node.id,
    boot: () => node.boot,
    proc,
    scenario,
    tokenFor: () => token,
  });
}
