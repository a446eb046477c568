// Twenty callers of an attach, and twenty of a detach, leave while the store holds a request of the tenant; each time the same call is
// brought to its end by another. The twenty-first works like the first.

import { type Flow, type FlowTenant, openFlow, type ScenarioContext, scenario } from '#suite';
import { attachTo, detachFrom, OPERATIONS } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

const TIMES = 20;

export default scenario({
  id: 'faults/wear/callers-gone',
  title:
    'twenty callers each of an attach and a detach leave while the store holds, then the good path',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.wear'],
  needs: ['tap', 'proxy-trigger', 'proxy-events'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await Promise.all([flow.tenant('one'), flow.tenant('two')]);
    await Promise.all(
      tenants.map(async (tenant) => {
        // Two tenants share the twenty, so that they take half as long.
        for (let time = 0; time < TIMES / tenants.length; time += 1) {
          tenant.ask(null);
          await leaves(context, flow, tenant, 'detach');
          await detachFrom(context, tenant, 'a');
          tenant.ask('a');
          await leaves(context, flow, tenant, 'attach');
          await attachTo(context, tenant, 'a');
        }
      }),
    );
    context.check('liveness.wear', 'the good path works after callers that left', true);
    for (const tenant of tenants) {
      await tenant.settle();
      await tenant.expectWhole('a');
      await detachFrom(context, tenant, 'a');
    }
  },
});

/** A caller of its own sends the call and leaves while the store holds a request of the tenant. */
async function leaves(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  name: 'attach' | 'detach',
): Promise<void> {
  const { id } = tenant;
  const hold = await flow.fault({ kind: 'store-hold', where: 'node-store', node: 'a', tenant: id });
  // What is Active must be in the middle of a write, or its detach waits for nothing.
  if (name === 'detach') await firstHit(context, hold);
  const gone = await flow.caller('a');
  const fault = await flow.fault({
    ...{ kind: 'caller-gone', where: 'client-node', link: gone.link, tenant: id },
    when: { operation: OPERATIONS[name].request(id) },
  });
  const lost = gone.api.call(name, { tenant: id });
  await firstHit(context, fault, context.limits.api);
  await fault.heal();
  await hold.heal();
  await lost;
  await context.lane.drain();
  if (fault.hits > 0 && hold.hits > 0) context.faultedFlow();
  else context.undecided('liveness.wear', `${name} was answered before its caller was gone`);
}
