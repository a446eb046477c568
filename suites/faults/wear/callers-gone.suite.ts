// Twenty callers of an attach, and twenty of a detach, leave while the store holds a request of the tenant; each time the same call is
// brought to its end by another. The twenty-first works like the first.

import {
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { attachTo, detachFrom, OPERATIONS } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

const TIMES = 20;
/** How long the store holds on, so that the server can see who has gone before it goes on, ms. */
const HELD_MS = 30;
/** A call that is answered before its caller has left is tried again, so often in all. */
const TRIES_MAX = 32;
/** After so many tries without one that had to wait there is nothing to wait for. */
const TRIES_IN_VAIN = 4;

/** Callers that really left. */
interface Left {
  tries: number;
  times: number;
}

export default scenario({
  id: 'faults/wear/callers-gone',
  title:
    'twenty callers each of an attach and a detach leave while the store holds, then the good path',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.wear'],
  needs: ['tap', 'proxy-trigger', 'proxy-events'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await Promise.all([flow.tenant('one'), flow.tenant('two')]);
    const left = { attach: { tries: 0, times: 0 }, detach: { tries: 0, times: 0 } };
    await Promise.all(
      tenants.map(async (tenant) => {
        // Two tenants share the twenty, so that they take half as long.
        while (goesOn(left.attach) || goesOn(left.detach)) {
          tenant.ask(null);
          if (goesOn(left.detach)) await leaves(context, flow, tenant, 'detach', left.detach);
          await detachFrom(context, tenant, 'a');
          tenant.ask('a');
          if (goesOn(left.attach)) await leaves(context, flow, tenant, 'attach', left.attach);
          await attachTo(context, tenant, 'a');
        }
      }),
    );
    const requirement = 'liveness.wear';
    for (const [name, { times }] of Object.entries(left)) {
      if (times >= TIMES) continue;
      const seen = `${name} waited for the store ${times} times when its caller left`;
      if (name === 'detach' && times === 0) context.unsupported(requirement, seen);
      else context.undecided(requirement, seen);
    }
    context.check(requirement, 'the good path works after callers that left', true);
    for (const tenant of tenants) {
      await tenant.settle();
      await tenant.expectWhole('a');
      await detachFrom(context, tenant, 'a');
    }
  },
});

function goesOn({ tries, times }: Left): boolean {
  if (times === 0 && tries >= TRIES_IN_VAIN) return false;
  return times < TIMES && tries < TRIES_MAX;
}

/** A caller of its own sends the call and leaves while the store holds a request of the tenant. */
async function leaves(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  name: 'attach' | 'detach',
  left: Left,
): Promise<void> {
  const { id } = tenant;
  left.tries += 1;
  const hold = await flow.fault({ kind: 'store-hold', where: 'node-store', node: 'a', tenant: id });
  // What is Active must be in the middle of a write, or its detach waits for nothing.
  if (name === 'detach') await firstHit(context, hold);
  const gone = await flow.caller('a');
  const fault = await flow.fault({
    ...{ kind: 'caller-gone', where: 'client-node', link: gone.link, tenant: id },
    when: { operation: OPERATIONS[name].request(id) },
  });
  const lost = gone.api.call(name, { tenant: id });
  lost.catch(() => undefined);
  await firstHit(context, fault, context.limits.api);
  await fault.heal();
  // The call may come to its first store request only now.
  await firstHit(context, hold, context.limits.api);
  await sleep(HELD_MS, context.signal);
  await hold.heal();
  await lost;
  await context.lane.drain();
  if (fault.hits === 0 || hold.hits === 0) return;
  left.times += 1;
  context.faultedFlow();
}
