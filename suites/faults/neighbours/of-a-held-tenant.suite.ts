// Everything of one tenant is held at the store while it is created, attached, branched, deleted and detached: status, list, and
// whole moves of other tenants go on as if nothing were.

import {
  expectOutcome,
  type Flow,
  type FlowTenant,
  holdOf,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { neighboursAnswer, nobodyWaits } from '../shared/neighbours.ts';
import { attachTo, detachFrom, OPERATIONS, type StruckOperation } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

/** How long it is held, ms. */
const HELD_MS = 600;

export default scenario({
  id: 'faults/neighbours/of-a-held-tenant',
  title: 'other tenants are served while all store requests of one are held',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.isolation'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const neighbour = await flow.tenant('neighbour');
    for (const operation of [
      OPERATIONS.attach,
      OPERATIONS.detach,
      OPERATIONS['timeline-create'],
      OPERATIONS.load,
    ]) {
      await nobodyWaits(context, operation.name, (number) =>
        heldOnce(context, flow, neighbour, { operation, number }),
      );
    }
    await detachFrom(context, neighbour, 'a');
  },
});

/** Who waited, if anybody. */
async function heldOnce(
  context: ScenarioContext,
  flow: Flow,
  neighbour: FlowTenant,
  { operation, number }: { readonly operation: StruckOperation; readonly number: number },
): Promise<string | undefined> {
  const { node, requirement, name } = operation;
  const tenant = await flow.tenant(`${name} ${number}`);
  const { id } = tenant;
  await operation.prepare(context, tenant);
  const fault = await flow.fault({
    ...{ kind: 'store-hold', where: 'node-store', node, tenant: id },
  });
  if (name === 'detach') await flow.meetsWrite(fault, tenant);
  const running = operation.run(context, tenant);
  await firstHit(context, fault);
  const held = sleep(HELD_MS, context.signal);
  const hold = holdOf([fault]);
  const waited = await neighboursAnswer(context, { neighbour, node, during: name, hold });
  await held;
  if (!(await flow.healed(fault, 'liveness.isolation', name))) return undefined;
  const step = { requirement, what: `${name} after a hold`, id, node };
  expectOutcome(context, await running, ['active', 'done'], step);
  if (name === 'detach') await attachTo(context, tenant, 'b');
  await detachFrom(context, tenant, name === 'attach' || name === 'detach' ? 'b' : 'a');
  return waited;
}
