// Ten quick SIGKILLs in a row, an operation under way at each of them.

import { openFlow, scenario } from '#suite';
import { CHANGES, type ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { everyOf, judgeStruck, killAmid, layAll, type Phase, type Struck } from './shared/sweep.ts';
import { ABSENT, expectHolding, wholeOf } from './shared/whole.ts';

const KILLS = 10;
const BYSTANDERS = ['one', 'two', 'three'];
const NAMES = Object.keys(CHANGES) as ChangeName[];

export default scenario({
  id: 'crash/kill-storm',
  title: 'ten SIGKILLs in a row lose nothing that was promised before any of them',
  decides: [
    'durability.accepted-may-be-lost',
    'durability.restart',
    'ignore.outlives-restart',
    'detach.durable',
    'P2',
    'P4',
    'P6',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const bystanders = await everyOf(BYSTANDERS, (name) => flow.tenant(name, { branches: 1 }));
    const ignored = await CHANGES.load.prepare(context, flow, 'ignored');
    const detached = await CHANGES.attach.prepare(context, flow, 'detached');
    // The kill comes a little later each time, so that it also meets what the last start has left to do.
    const phases = Array.from(
      { length: KILLS },
      (_, index): Phase => ({ name: NAMES[index % NAMES.length]!, beforeMs: 2 * index }),
    );
    const laid = await layAll(context, flow, phases);
    const struck: Struck[] = [];
    for (const one of laid) {
      struck.push(...(await killAmid(context, flow, [one])));
      await startAgain(context, flow);
    }
    await everyOf(bystanders, async (tenant) => {
      const what = 'whole after ten kills';
      const requirement = 'durability.restart';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what });
      await tenant.settle();
    });
    const away = 'still away after ten kills';
    const mark = { requirement: 'ignore.outlives-restart', what: away };
    await expectHolding(context, ignored, ABSENT, mark);
    await expectHolding(context, detached, ABSENT, { requirement: 'detach.durable', what: away });
    await judgeStruck(context, flow, struck);
  },
});
