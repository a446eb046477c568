// SIGKILL at growing delays after a start: a recovery that is broken off again and again begins anew each time.

import { openFlow, scenario, sleep } from '#suite';
import type { ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { everyOf, judgeStruck, killAmid, layAll } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

/** Delays after the spawn, milliseconds: before the process has read anything, while it reads, soon after it is ready. */
const DELAYS_MS = [0, 30, 60, 90, 120, 160, 220];
const NIGHTLY_STEP_MS = 10;
const NIGHTLY_TO_MS = 600;
const NAMES: readonly ChangeName[] = ['attach', 'load', 'detach', 'ignore', 'timeline-create'];

export default scenario({
  id: 'crash/kill-during-recovery',
  title: 'a recovery that is killed again and again ends well in the end',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P6', 'P8', 'machine'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const node = context.rig.node('a');
    const whole = await everyOf(['one', 'two', 'three'], (name) =>
      flow.tenant(name, { branches: 2 }),
    );
    const phases = NAMES.flatMap((name) => [2, 12].map((beforeMs) => ({ name, beforeMs })));
    const struck = await killAmid(context, flow, await layAll(context, flow, phases));
    for (const delayMs of context.nightly ? nightlyDelays() : DELAYS_MS) {
      await node.start({ until: 'spawned' });
      await sleep(delayMs, context.signal);
      await node.kill();
    }
    await startAgain(context, flow);
    await everyOf(whole, async (tenant) => {
      const what = 'whole after recoveries that were killed';
      const requirement = 'durability.restart';
      await expectHolding(context, tenant, wholeOf(tenant), { requirement, what });
      await tenant.settle();
    });
    await judgeStruck(context, flow, struck);
  },
});

function nightlyDelays(): number[] {
  return Array.from({ length: NIGHTLY_TO_MS / NIGHTLY_STEP_MS }, (_, n) => n * NIGHTLY_STEP_MS);
}
