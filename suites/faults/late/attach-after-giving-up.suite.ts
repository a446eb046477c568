// An attach is held on its way until its client has given up, and arrives late: before anybody repeats it, while the repeated
// one runs, or when the tenant is Active. It fits the order of calls, and the tenant can be moved once it has arrived.

import {
  expectOutcome,
  type FaultHandle,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { detachFrom } from '../shared/operations.ts';

/** How long the client waits for an answer, ms: less than the request is held. */
const PATIENCE_MS = 400;

/** When the late attach arrives. */
const ARRIVALS = ['as soon as it was given up', 'while it is repeated', 'when Active'] as const;

export default scenario({
  id: 'faults/late/attach-after-giving-up',
  title: 'an attach arrives after its client has given it up',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.may-arrive-late'],
  needs: ['two-nodes', 'tap', 'proxy-hold', 'proxy-events'],
  async run(context) {
    const flow = await openFlow(context);
    await Promise.all(ARRIVALS.map((arrival) => arrivesLate(context, flow, arrival)));
  },
});

async function arrivesLate(
  context: ScenarioContext,
  flow: Flow,
  arrival: (typeof ARRIVALS)[number],
): Promise<void> {
  const driver = await flow.driver({ answerMs: PATIENCE_MS });
  const tenant = await flow.tenant(arrival, { driver: await flow.driver() });
  await detachFrom(context, tenant, 'a');
  const fault = await flow.fault({
    kind: 'hold',
    where: 'client-node',
    link: driver.links.b!,
    tenant: tenant.id,
    when: { operation: { method: 'POST', path: `/v1/tenant/${tenant.id}/attach` } },
  });
  tenant.ask('b');
  const attaching = driver.attach(tenant.id, 'b');
  await arrives(context, tenant, fault, arrival);
  const outcome = await attaching;
  const requirement = 'attach.may-arrive-late';
  const what = `attach that arrives ${arrival}`;
  expectOutcome(context, outcome, ['active'], { requirement, what, id: tenant.id, node: 'b' });
  if (!(await flow.healed(fault, requirement, what))) return;
  await tenant.settle();
  await tenant.expectWhole('b');
  // Its answer was seen: nothing of it is under way any more, and the tenant may go.
  const moved = await tenant.move('b', 'a');
  expectOutcome(context, moved, ['active'], {
    requirement,
    what: 'move',
    id: tenant.id,
    node: 'a',
  });
  await tenant.expectWhole('a');
  await detachFrom(context, tenant, 'a');
}

async function arrives(
  context: ScenarioContext,
  tenant: FlowTenant,
  fault: FaultHandle,
  arrival: (typeof ARRIVALS)[number],
): Promise<void> {
  await fault.hit(context.signal);
  if (arrival === 'when Active') {
    const isActive = async () =>
      (await tenant.driver.look(tenant.id, 'b')) === 'Active' || undefined;
    await context.eventually(isActive, context.limits.attach);
  } else {
    await sleep(PATIENCE_MS + (arrival === 'while it is repeated' ? 15 : 1), context.signal);
  }
  await fault.release();
}
