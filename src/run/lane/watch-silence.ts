// The end of a rig: everything is healed, nobody asks for anything, and the tap is watched for the quiet time. Before
// and after it each node is asked for its tenants, so that one that comes back by itself is seen (judging section 5).

import { openClient } from '../../client/index.ts';
import { readTenantState } from '../../target/index.ts';
import type { Rig, RigNode } from '../rig/index.ts';

/** Watches the quiet time of all nodes that are up; does nothing where none is. */
export async function watchSilence(rig: Rig, nextProcess: () => number): Promise<void> {
  const up = rig.nodes.filter((node) => node.state === 'up' || node.state === 'remote');
  if (up.length === 0) return;
  await Promise.all(up.map((node) => listTenants(rig, node, nextProcess())));
  await rig.watchQuiet();
  await Promise.all(up.map((node) => listTenants(rig, node, nextProcess())));
}

async function listTenants(rig: Rig, node: RigNode, proc: number): Promise<void> {
  const token = rig.tokens?.mint({ scope: 'pageserverapi' });
  await using client = openClient({
    url: node.url,
    sink: rig.history,
    node: node.id,
    boot: () => node.boot,
    proc,
    readState: (info) => readTenantState(rig.target.state, info),
    tokenFor: () => token,
  });
  await client.send({
    operation: 'tenant_list',
    method: 'GET',
    path: '/v1/tenant/',
    timeoutMs: rig.target.limits.api * 3,
  });
}
