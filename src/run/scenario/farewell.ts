// Tenants that a scenario leaves behind are detached once they have been watched for a while: a rig that keeps every
// tenant of every scenario writes more than it tests. Their silence is watched as long as the rig lives.

import { openClient, type PageserverClient } from '../../client/index.ts';
import type { Rig, RigNode } from '../rig/index.ts';

/** So many later scenarios a tenant stays where it is, so that writes which stop after a fault are seen to stop. */
const LATER_SCENARIOS = 2;

/** Detaches at once on one node. */
const CLIENTS_MAX = 4;

/** What a scenario left. */
interface Left {
  readonly scenario: string;
  readonly tenants: readonly string[];
  /** Nobody looks where they are. */
  readonly isUnseen?: true;
}

/** Takes leave of tenants. */
export interface Farewell {
  /**
   * The scenario has ended and these were its tenants, present or not. One that our own limit has cut short may have said where they
   * are to be and never asked for it: they leave at once, unlooked at, for what is seen of them is nobody's fault.
   */
  leave(scenario: string, tenants: readonly string[], isCutShort: boolean): Promise<void>;
}

/** Made once for each rig. `stays` is false where tenants are not watched for their writes (contract). */
export function createFarewell(rig: Rig, nextProcess: () => number, stays: boolean): Farewell {
  const waiting: Left[] = [];
  return {
    async leave(scenario, tenants, isCutShort) {
      if (isCutShort) await detachAll(rig, { scenario, tenants, isUnseen: true }, nextProcess);
      // A node that is down now may have them later.
      waiting.push({ scenario, tenants });
      while (waiting.length > (stays ? LATER_SCENARIOS : 0)) {
        const left = waiting.shift()!;
        if (left.tenants.length > 0) await detachAll(rig, left, nextProcess);
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
  await using first = open(rig, node, left.scenario, nextProcess());
  const here = left.isUnseen ? [...left.tenants] : await listOwn(rig, first, left.tenants);
  const clients = [first];
  for (let more = 1; more < Math.min(CLIENTS_MAX, here.length); more += 1) {
    clients.push(open(rig, node, left.scenario, nextProcess()));
  }
  const detachSome = async (client: PageserverClient): Promise<void> => {
    for (let tenant = here.pop(); tenant !== undefined; tenant = here.pop()) {
      const { scenario } = left;
      rig.history.record({ stream: 'run', type: 'place', tenant, node: null, scenario });
      await client.send({
        operation: 'detach',
        method: 'POST',
        path: `/v1/tenant/${tenant}/detach`,
        tenant,
        timeoutMs: rig.target.limits.detach * 3,
      });
    }
  };
  await Promise.all(clients.map(detachSome));
  await Promise.all(clients.map((client) => client.close()));
}

/** Those of the scenario's tenants that the node has. */
async function listOwn(
  rig: Rig,
  client: PageserverClient,
  tenants: readonly string[],
): Promise<string[]> {
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
