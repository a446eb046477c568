// SIGKILL from 0 to 1 s after the 2xx of each operation: what was promised outlives it.

import { openFlow, type ScenarioContext } from '#suite';
import { CHANGES, type ChangeName } from './changes.ts';
import { startAgain, trafficOn } from './restart.ts';
import { judgeStruck, killAmid, layAll, type Phase, type Struck, sendLaid } from './sweep.ts';

/** Times before the kill at which an operation is sent, milliseconds. */
const PHASES_MS = [1000, 600, 300, 150, 70, 30, 10];
/** Kills of the nightly form, each with the phases shifted. */
const NIGHTLY_KILLS = 6;

/** How the node comes back. */
export interface Comeback {
  /** Traffic of other tenants on node b before the restart, milliseconds; 0: at once. */
  readonly trafficMs: number;
}

/**
 * Lays each operation at each phase before one kill. Every other tenant of an operation that is answered 202 is polled until
 * Active: that one must be there afterwards in any profile.
 */
export async function sweepAfterSuccess(
  context: ScenarioContext,
  names: readonly ChangeName[],
  { trafficMs }: Comeback,
): Promise<void> {
  const flow = await openFlow(context);
  const kills = context.nightly ? NIGHTLY_KILLS : 1;
  for (let kill = 0; kill < kills; kill += 1) {
    const share = 1 - kill / kills / 2;
    const phases = names.flatMap((name) =>
      PHASES_MS.map(
        (ms, index): Phase => ({ name, beforeMs: ms * share, watched: index % 2 === 0 }),
      ),
    );
    const last = names.filter((name) => CHANGES[name].scheduled);
    const all = await layAll(
      context,
      flow,
      [...phases, ...last.map((name) => ({ name, beforeMs: 0, watched: true }))],
      kill,
    );
    const laid = all.slice(0, phases.length);
    // Killed the moment that they are seen Active.
    const seen = all.slice(phases.length);
    const ended: Struck[] = [];
    const others = trafficMs > 0 ? await flow.driver() : undefined;
    const struck = await killAmid(context, flow, laid, async (node) => {
      const late = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.attach)]);
      const sent = Promise.all(seen.map((one) => sendLaid(context, flow, one, late)));
      ended.push(...(await sent));
      await node.kill();
    });
    if (others) await trafficOn(context, flow, others, 'b', trafficMs);
    await startAgain(context, flow);
    await judgeStruck(context, flow, [...struck, ...ended]);
  }
}
