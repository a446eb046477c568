// An attach is refused (the store does not know the tenant, or will not tell), and the tenant lives on the other node afterwards:
// the refusing node never takes it up by itself, neither to memory nor to the store.

import {
  expectOutcome,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
} from '#suite';
import { attachTo, detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

export default scenario({
  id: 'faults/outage/refused-attach-is-watched',
  title: 'a refused attach is watched while the tenant lives on the other node',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.distinguished-refusal'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    await Promise.all([notKnown(context, flow), notTold(context, flow)]);
  },
});

const requirement = 'attach.distinguished-refusal';

/** 404: the tenant comes to be in the store only later, made by the other node. */
async function notKnown(context: ScenarioContext, flow: Flow): Promise<void> {
  const driver = await flow.driver();
  const id = context.tenant('not known');
  const refused = await driver.attach(id, 'b');
  const step = { requirement, what: 'attach of an unknown tenant', id, node: 'b' };
  expectOutcome(context, refused, ['refused', 'broken'], step);
  const left = await driver.detach(id, 'b');
  expectOutcome(context, left, ['done'], { ...step, what: 'detach of an unknown tenant' });
  const tenant = await flow.tenant('not known', { driver });
  await livesOn(context, tenant);
}

/** 500: the store refuses to tell; whatever is left of the attach ends with a detach. */
async function notTold(context: ScenarioContext, flow: Flow): Promise<void> {
  const tenant = await flow.tenant('not told');
  const { id } = tenant;
  await detachFrom(context, tenant, 'a');
  const fault = await flow.fault({
    ...{ kind: 'store-fail', where: 'node-store', node: 'b', tenant: id },
    parameters: { status: 403, code: 'AccessDenied' },
  });
  const { api } = await flow.caller('b');
  tenant.ask('b');
  const answer = await api.call('attach', { tenant: id });
  if (answer.response === undefined) {
    context.undecided(requirement, 'an attach that the store refuses got no answer');
    return;
  }
  // An attach that is only scheduled asks the store after its answer.
  await firstHit(context, fault);
  await detachFrom(context, tenant, 'b');
  await attachTo(context, tenant, 'a');
  if (!(await flow.healed(fault, requirement, 'attach'))) return;
  await livesOn(context, tenant);
}

/** Some rewrites later the other node still does not know it. */
async function livesOn(context: ScenarioContext, tenant: FlowTenant): Promise<void> {
  let foreign = 0;
  const stop = context.rig.store.onEvent((event) => {
    if (event.tenant === tenant.id && event.node === 'b' && event.type === 'committed')
      foreign += 1;
  });
  for (let rewrite = 0; rewrite < 3; rewrite += 1) await tenant.nextIndexCommit();
  stop();
  const shown = await tenant.driver.look(tenant.id, 'b');
  context.check(requirement, 'it stays away', shown === 'absent' && foreign === 0, {
    message: `a refused attach came to life on b: ${shown}, ${foreign} writes`,
    tenant: tenant.id,
    node: 'b',
  });
  await tenant.settle();
  await tenant.expectWhole('a');
  await detachFrom(context, tenant, 'a');
}
