// SIGTERM while every kind of operation is under way: what was answered holds, the rest is as before or as after.

import { openFlow, scenario } from '#suite';
import { CHANGES, type ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { judgeStruck, killAmid, layAll } from './shared/sweep.ts';
import { endByTerm } from './shared/terminate.ts';

const NAMES = Object.keys(CHANGES) as ChangeName[];
/** Times before SIGTERM at which each operation is sent, milliseconds. */
const PHASES_MS = [0, 5, 12, 25];
const NIGHTLY_ROUNDS = 8;

export default scenario({
  id: 'crash/terminate-under-load',
  title: 'SIGTERM under load loses nothing that was answered, and the process ends in time',
  decides: [
    'liveness.stops',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'P2',
    'P4',
    'P6',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    for (let round = 0; round < (context.nightly ? NIGHTLY_ROUNDS : 1); round += 1) {
      const phases = NAMES.flatMap((name) =>
        PHASES_MS.map((ms) => ({ name, beforeMs: ms + 3 * round })),
      );
      const laid = await layAll(context, flow, phases, round);
      const struck = await killAmid(context, flow, laid, (node) => endByTerm(context, node));
      await startAgain(context, flow);
      await judgeStruck(context, flow, struck);
    }
  },
});
