// Each state-changing call on one tenant loses its answer or its caller twenty times, and is brought to its end each time: the
// twenty-first works like the first.

import { expectOutcome, type Fault, openFlow, scenario } from '#suite';
import { attachTo, detachFrom, ignoreOn, loadOn } from '../shared/operations.ts';

/** Four tenants take the calls in turns, so that each call is aborted twenty times in one life. */
const TENANTS = ['detach', 'detach', 'ignore', 'ignore'] as const;
const TIMES = 10;

/** Ways to lose an answer after which everything can be accounted for. */
const LOSSES: readonly Pick<Fault, 'kind' | 'parameters'>[] = [
  { kind: 'cut-answer', parameters: { bytes: 0 } },
  { kind: 'reset-after-request' },
  { kind: 'reset-before-request' },
];

export default scenario({
  id: 'faults/wear/aborted-calls',
  title: 'each state-changing call is aborted twenty times, then the good path',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.wear'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'liveness.wear';
    // Without the proxy's word a lost attach or load is never accounted for, and its tenant could not leave again.
    const isAccounted = context.lane.capabilities.has('proxy-events');
    if (!isAccounted) context.leaveOut('proxy-events', 'attach and load that lose their answers');
    await Promise.all(
      TENANTS.map(async (leaving, index) => {
        const tenant = await flow.tenant(`worn by ${leaving} ${index}`);
        const { id } = tenant;
        const back = leaving === 'detach' ? 'attach' : 'load';
        for (let time = 0; time < TIMES; time += 1) {
          for (const operation of [leaving, back] as const) {
            if (operation === back && !isAccounted) {
              await (back === 'attach' ? attachTo : loadOn)(context, tenant, 'a');
              continue;
            }
            const fault = await flow.fault({
              ...LOSSES[time % LOSSES.length]!,
              where: 'client-node',
              link: tenant.driver.links.a!,
              tenant: id,
              when: { operation: { method: 'POST', path: `/v1/tenant/${id}/${operation}` } },
            });
            const outcome = await tenant[operation]('a');
            const step = { requirement, what: `${operation}, time ${time + 1}`, id, node: 'a' };
            expectOutcome(context, outcome, ['done', 'absent', 'active'], step);
            if (!(await flow.healed(fault, requirement, operation))) return;
          }
        }
        if (leaving === 'ignore') {
          await ignoreOn(context, tenant, 'a');
          await loadOn(context, tenant, 'a');
        }
        await detachFrom(context, tenant, 'a');
        await attachTo(context, tenant, 'b');
        await tenant.settle();
        await tenant.expectWhole('b');
        await detachFrom(context, tenant, 'b');
      }),
    );
    context.check(requirement, 'the good path works after aborted calls', true);
  },
});
