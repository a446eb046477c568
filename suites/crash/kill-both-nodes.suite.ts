// Both nodes are killed at once while tenants live, move and leave on either; both come back together.

import { openFlow, scenario } from '#suite';
import { CHANGES, type ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { everyOf, judgeStruck, killAmid, layAll, type Phase } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

const NAMES = Object.keys(CHANGES) as ChangeName[];

export default scenario({
  id: 'crash/kill-both-nodes',
  title: 'both nodes are killed at once, and everything that was promised is there on both',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P6', 'P8', 'machine'],
  needs: ['two-nodes', 'restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const elsewhere = await everyOf(['one', 'two', 'three'], (name) =>
      flow.tenant(name, { on: 'b', branches: 1 }),
    );
    const phases = NAMES.flatMap((name): Phase[] =>
      [3, 15].map((beforeMs) => ({ name, beforeMs })),
    );
    const laid = await layAll(context, flow, phases);
    const struck = await killAmid(context, flow, laid, (node) =>
      Promise.all([node.kill(), context.rig.node('b').kill()]),
    );
    await Promise.all([startAgain(context, flow, 'a'), startAgain(context, flow, 'b')]);
    await everyOf(elsewhere, async (tenant) => {
      context.faultedFlow();
      const what = 'whole after both nodes were killed';
      const requirement = 'durability.restart';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what, node: 'b' });
      await tenant.settle();
    });
    await judgeStruck(context, flow, struck);
  },
});
