// Sweeps one operation with SIGKILL in steps of 2 ms.

import { openFlow, type ScenarioContext } from '#suite';
import type { ChangeName } from './changes.ts';
import { startAgain } from './restart.ts';
import { judgeStruck, killAmid, layAll, sendLaid } from './sweep.ts';

/** Steps of one kill; the last operation is sent at the moment of the kill itself. */
const STEPS = 11;
const STEP_MS = 2;
/** On a slow machine the steps grow, so that they still span the whole of the operation. */
const STEP_MAX_MS = 15;
/** Share of the operation's own duration that the steps span together. */
const SPAN = 1.5;
/** Kills of the nightly form. */
const NIGHTLY_KILLS = 8;

/**
 * One operation is sent and answered: it tells how long one takes. Then one is begun at each step, and node a is killed. Nightly
 * several times, each shifted by a part of a step.
 */
export async function sweepInSteps(context: ScenarioContext, name: ChangeName): Promise<void> {
  const flow = await openFlow(context);
  const kills = context.nightly ? NIGHTLY_KILLS : 1;
  const phases = Array.from({ length: STEPS + 1 }, () => ({ name, beforeMs: 0 }));
  for (let kill = 0; kill < kills; kill += 1) {
    const [first, ...rest] = await layAll(context, flow, phases, kill);
    const started = performance.now();
    const ended = await sendLaid(context, flow, first!);
    const tookMs = performance.now() - started;
    const stepMs = Math.min(STEP_MAX_MS, Math.max(STEP_MS, (SPAN * tookMs) / STEPS));
    const shiftMs = (stepMs * kill) / kills;
    const laid = rest.map((one, index) => ({ ...one, beforeMs: shiftMs + index * stepMs }));
    const struck = await killAmid(context, flow, laid);
    await startAgain(context, flow);
    await judgeStruck(context, flow, [ended, ...struck]);
  }
}
