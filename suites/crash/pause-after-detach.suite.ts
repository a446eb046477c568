// A detach is answered, then its node is stopped; the tenant is attached elsewhere and writes; the node goes on: it has
// nothing under way, so nothing comes.

import { openFlow, scenario, sleep } from '#suite';
import { CHANGES, expectEnd } from './shared/changes.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

const TENANTS = ['one', 'two', 'three', 'four'];
/** After SIGCONT: whatever the node still had to say is at the store by then, milliseconds. */
const AFTERWARDS_MS = 100;

export default scenario({
  id: 'crash/pause-after-detach',
  title:
    'a node that is stopped right after the 200 of a detach has nothing left to write when it goes on',
  decides: ['P2', 'P3', 'P4', 'P8', 'detach.removes-memory'],
  needs: ['two-nodes', 'pause', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(TENANTS, (name) => flow.tenant(name, { branches: 1 }));
    for (const tenant of tenants) tenant.ask(null);
    const ended = await Promise.all(
      tenants.map((tenant) =>
        sendOnce(context, flow, tenant, CHANGES.detach.request(context, tenant)),
      ),
    );
    const node = context.rig.node('a');
    node.pause();
    for (const { response } of ended) {
      const detail = { actual: response?.status, node: 'a' };
      context.check(
        'detach.removes-memory',
        'the detach is answered',
        response?.status === 200,
        detail,
      );
    }
    await everyOf(tenants, async (tenant) => {
      if (flow.ownership.mayOwn(tenant.id, 'a')) return;
      tenant.ask('b');
      expectEnd(context, tenant, await tenant.attach('b'), 'attach');
      // It writes there before the first node goes on.
      await tenant.nextIndexCommit(context.limits.quiet / 4);
      context.faultedFlow();
    });
    node.resume();
    await sleep(AFTERWARDS_MS, context.signal);
    await everyOf(tenants, async (tenant) => {
      const what = 'whole after the first node went on';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement: 'P8', what, node: 'b' });
      await tenant.settle();
    });
  },
});
