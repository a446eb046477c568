// Sweeps one operation with SIGKILL at steps of 2 ms.

import { openFlow, type ScenarioContext } from '#suite';
import type { ChangeName } from './changes.ts';
import { judgeStruck, killAmid, layAll, steps } from './sweep.ts';

/** Steps of one kill; the last operations are sent at the moment of the kill itself. */
const STEPS = 12;
/** Kills of the nightly form: each sweep begins where the last one ended. */
const NIGHTLY_KILLS = 6;

/** One kill (nightly: several) with the operation laid every 2 ms before it; restarts at once. */
export async function sweepInSteps(context: ScenarioContext, name: ChangeName): Promise<void> {
  const flow = await openFlow(context);
  const kills = context.nightly ? NIGHTLY_KILLS : 1;
  for (let kill = 0; kill < kills; kill += 1) {
    const laid = await layAll(context, flow, steps(name, STEPS, 2, kill * STEPS * 2), kill);
    const struck = await killAmid(context, flow, laid);
    await context.rig.node('a').start();
    await judgeStruck(context, flow, struck);
  }
}
