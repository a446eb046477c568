// The node that an attach was sent to dies before it answers: that death accounts for the attach, so the tenant may go to
// the other node; and when the first one comes back, the tenant has left the other.

import { openFlow, scenario } from '#suite';
import { CHANGES, expectEnd } from './shared/changes.ts';
import { readTenant } from './shared/found.ts';
import { startAgain } from './shared/restart.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

/** Where the attach is when its node dies: waiting at the store, or done, with its answer kept from the caller. */
const KINDS = ['store-hold', 'hold-answer', 'store-hold', 'hold-answer'] as const;
/** An attach that never came so far dies where it is, milliseconds. */
const PATIENCE_MS = 800;

export default scenario({
  id: 'crash/kill-of-unanswered-attach',
  title:
    'after the death of the node that an attach was sent to, the tenant goes to the other node whole',
  decides: ['P2', 'P3', 'P4', 'P8', 'detach.reattach', 'durability.accepted-may-be-lost'],
  needs: ['two-nodes', 'restart', 'tap', 'proxy-hold'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(KINDS, (kind, index) =>
      CHANGES.attach.prepare(context, flow, `${kind}/${index}`),
    );
    const faults = await everyOf(tenants, ({ id, driver }, index) =>
      KINDS[index] === 'store-hold'
        ? flow.fault({ kind: 'store-hold', where: 'node-store', node: 'a', tenant: id })
        : flow.fault({
            kind: 'hold-answer',
            where: 'client-node',
            link: driver.links.a!,
            tenant: id,
          }),
    );
    const calls = Promise.all(
      tenants.map((tenant) => {
        tenant.ask('a');
        return sendOnce(context, flow, tenant, CHANGES.attach.request(context, tenant));
      }),
    );
    calls.catch(() => {});
    const late = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
    await Promise.all(faults.map((fault) => fault.hit(late).catch(() => undefined)));
    await context.rig.node('a').kill();
    await calls;
    for (const fault of faults) await flow.healed(fault, 'P2', 'an attach that nobody answered');
    const moved = tenants.filter(({ id }) => !flow.ownership.mayOwn(id, 'a'));
    if (moved.length === 0) context.undecided('detach.reattach', 'no attach was accounted for');
    await everyOf(moved, async (tenant) => {
      expectEnd(context, tenant, await tenant.attach('b'), 'attach');
      const what = 'whole on the other node after the death';
      const requirement = 'detach.reattach';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what, node: 'b' });
      // It may lie on the first node's disk, which must not start while another may own it.
      const gone = await tenant.detach('b');
      expectEnd(context, tenant, gone, 'detach');
    });
    await startAgain(context, flow);
    await everyOf(tenants, async (tenant) => {
      tenant.ask('a');
      const { kind } = await readTenant(context, tenant);
      const isLegal = kind === 'absent' || kind === 'active';
      const requirement = 'durability.accepted-may-be-lost';
      context.check(requirement, 'absent or whole after the restart', isLegal, {
        message: `a tenant whose attach was killed is ${kind} after the restart`,
        tenant: tenant.id,
        node: 'a',
      });
      expectEnd(context, tenant, await tenant.attach('a'), 'attach');
      const what = 'whole on the node that had died';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what });
      await tenant.settle();
    });
  },
});
