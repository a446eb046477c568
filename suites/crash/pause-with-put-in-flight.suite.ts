// SIGSTOP while a write is under way, a detach sent meanwhile, SIGCONT: after the 200 nothing of the first node arrives
// any more, and the tenant moves.

import { openFlow, scenario, sleep } from '#suite';
import { CHANGES, expectEnd } from './shared/changes.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';

/** Points at which the write is when its node stops. */
const POINTS = ['received', 'committed', 'answered'] as const;
/** How long the node is stopped after the detach was sent, milliseconds. */
const STOPPED_MS = 100;

export default scenario({
  id: 'crash/pause-with-put-in-flight',
  title:
    'a node that is stopped with a write under way and goes on writes nothing after its detach',
  decides: ['P2', 'P3', 'P4', 'P6', 'P8', 'detach.removes-memory'],
  needs: ['two-nodes', 'pause', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await everyOf(POINTS, (point) => flow.tenant(point, { branches: 1 }));
    const faults = await everyOf(tenants, (tenant, index) =>
      flow.fault({
        kind: 'store-hold',
        where: 'node-store',
        node: 'a',
        tenant: tenant.id,
        when: { op: ['put'] },
        parameters: { point: POINTS[index]! },
      }),
    );
    await everyOf(tenants, (tenant, index) => flow.meetsWrite(faults[index]!, tenant));
    const node = context.rig.node('a');
    node.pause();
    for (const tenant of tenants) tenant.ask(null);
    const detaches = tenants.map((tenant) =>
      sendOnce(context, flow, tenant, CHANGES.detach.request(context, tenant)),
    );
    const ended = Promise.all(detaches);
    ended.catch(() => {});
    await sleep(STOPPED_MS, context.signal);
    // The store answers while nobody listens; the node finds everything at once when it goes on.
    for (const fault of faults) await flow.healed(fault, 'detach.removes-memory', 'the stop');
    node.resume();
    for (const [index, exchange] of (await ended).entries()) {
      const isDone = exchange.response?.status === 200;
      context.check(
        'detach.removes-memory',
        'the detach sent to a stopped node is answered 200',
        isDone,
        {
          actual: exchange.response?.status ?? exchange.failure?.error,
          tenant: tenants[index]!.id,
          node: 'a',
        },
      );
    }
    await everyOf(tenants, async (tenant) => {
      if (flow.ownership.mayOwn(tenant.id, 'a')) return;
      expectEnd(context, tenant, await tenant.attach('b'), 'attach');
      // A branch that was made for its write may be there too.
      await tenant.expectWhole('b');
      await tenant.settle();
    });
  },
});
