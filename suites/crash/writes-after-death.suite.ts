// Writes that had left the node before its death take effect only after it. The store can't fence them, so they are
// nobody's fault; what the next start makes of them is the server's.

import {
  type FaultHandle,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
} from '#suite';
import { describeFound, describeHolding, isHolding, readTenant } from './shared/found.ts';
import { startAgain } from './shared/restart.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';
import { wholeOf } from './shared/whole.ts';

const TENANTS = ['one', 'two', 'three', 'four'];

export default scenario({
  id: 'crash/writes-after-death',
  title: 'a write that arrives after the death of its node harms nothing that the next start finds',
  decides: ['P4', 'P6', 'P8', 'durability.restart'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(TENANTS, (name) => flow.tenant(name, { branches: 1 }));
    const faults = await everyOf(tenants, ({ id }, index) =>
      flow.fault({
        kind: 'store-hold',
        where: 'node-store',
        node: 'a',
        tenant: id,
        // Indexes of one half, what they name of the other.
        when: { op: ['put'], key: index % 2 === 0 ? /index_part/ : /^(?!.*index_part)/ },
      }),
    );
    await anyHit(context, faults, context.limits.quiet);
    const isHeld = (): boolean => faults.some(({ hits }) => hits > 0);
    // A target that does not write by itself is made to by a branch. Unanswered at the death, it may be there or not.
    const branching = isHeld() ? [] : tenants.map((tenant) => branch(context, flow, tenant));
    if (branching.length > 0) await anyHit(context, faults, context.limits.api);
    await context.rig.node('a').kill({ keepHeld: true });
    const wasHeld = isHeld();
    for (const fault of faults) await fault.heal();
    const answers = await Promise.all(branching);
    if (wasHeld) for (const _ of tenants) context.faultedFlow();
    else context.unsupported('P4', 'the target writes nothing, not even of a new branch');
    await startAgain(context, flow);
    await everyOf(tenants, async (tenant, index) => {
      const what = 'whole after writes that came late';
      const found = await readTenant(context, tenant);
      const more = { present: true, timelines: [...tenant.timelines, branchOf(context, tenant)] };
      const isWhole = isHolding(found, wholeOf(tenant)) && answers[index] !== 201;
      const isMore = answers.length > 0 && isHolding(found, more);
      context.check('durability.restart', what, isWhole || isMore, {
        message: `${what}: tenant ${tenant.id} on a is ${describeFound(found)}`,
        expected: describeHolding(answers[index] === 201 ? more : wholeOf(tenant)),
        actual: describeFound(found),
        tenant: tenant.id,
        node: 'a',
      });
      await tenant.settle();
    });
  },
});

async function anyHit(
  context: ScenarioContext,
  faults: readonly FaultHandle[],
  ms: number,
): Promise<void> {
  const late = AbortSignal.any([context.signal, AbortSignal.timeout(ms)]);
  await Promise.all(faults.map((fault) => fault.hit(late).catch(() => undefined)));
}

const branchOf = (context: ScenarioContext, { id }: FlowTenant): string =>
  context.timeline(`${id}/provoked`);

/** Status of the answer, if one comes. */
async function branch(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
): Promise<number | undefined> {
  const timeline = branchOf(context, tenant);
  const exchange = await sendOnce(context, flow, tenant, {
    operation: 'timeline_create',
    method: 'POST',
    path: `/v1/tenant/${tenant.id}/timeline/`,
    timeline,
    body: context.timelineBody({
      new_timeline_id: timeline,
      ancestor_timeline_id: tenant.timelines[0],
    }),
  });
  return exchange.response?.status;
}
