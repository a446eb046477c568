// The data folder can't be written for a while: whatever a call does meanwhile, the same call succeeds once the cause is
// gone (judging section 9: only that is judged).

import { openFlow, scenario } from '#suite';
import { CHANGES, type ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';
import { expectHolding } from './shared/whole.ts';

const NAMES = Object.keys(CHANGES) as ChangeName[];

export default scenario({
  id: 'crash/spoiled-disk',
  title: 'after a data folder that could not be written every call succeeds when it is repeated',
  decides: ['durability.spoiled-disk', 'P2', 'P6'],
  needs: ['restart', 'tap', 'data-dir'],
  async run(context) {
    const flow = await openFlow(context);
    const node = context.rig.node('a');
    const laid = await everyOf(NAMES, async (name) => {
      const tenant = await CHANGES[name].prepare(context, flow, name);
      return { change: CHANGES[name], tenant };
    });
    for (const { tenant } of laid) {
      const what = 'the data folder of its node can not be written';
      context.rig.history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what });
    }
    node.spoilDisk();
    try {
      await everyOf(laid, async ({ change, tenant }) => {
        tenant.ask(change.place);
        await sendOnce(context, flow, tenant, change.request(context, tenant));
        context.faultedFlow();
      });
    } finally {
      node.mendDisk();
    }
    await everyOf(laid, async ({ change, tenant }) => {
      await change.finish(context, flow, tenant);
      const what = `${change.name} repeated on a disk that is whole again`;
      const after = change.after(context, tenant);
      await expectHolding(context, tenant, after, { requirement: 'durability.spoiled-disk', what });
    });
    // What was repeated on the whole disk is there for the next process too.
    await node.kill();
    await startAgain(context, flow);
    await everyOf(laid, async ({ change, tenant }) => {
      await tenant.settle();
      const what = `${change.name}, repeated on a disk that is whole again, after a restart`;
      const after = change.after(context, tenant);
      await expectHolding(context, tenant, after, { requirement: 'durability.spoiled-disk', what });
    });
  },
});
