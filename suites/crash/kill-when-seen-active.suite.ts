// SIGKILL the moment that an attached or loaded tenant is first seen Active: from then on it is there after every start.

import { openFlow, scenario } from '#suite';
import { CHANGES } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { judgeStruck, layAll, sendLaid } from './shared/sweep.ts';

/** Few at once, so that the kill comes within milliseconds of the answer. */
const PHASES = ['attach', 'load'] as const;

export default scenario({
  id: 'crash/kill-when-seen-active',
  title: 'a tenant that was seen Active is there after a SIGKILL that follows at once',
  decides: ['ownership.must-own', 'durability.restart', 'P8', 'machine'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const phases = PHASES.map((name) => ({ name, beforeMs: 0, watched: true }));
    const laid = await layAll(context, flow, phases);
    const late = AbortSignal.any([context.signal, AbortSignal.timeout(context.limits.attach)]);
    const struck = await Promise.all(laid.map((one) => sendLaid(context, flow, one, late)));
    await context.rig.node('a').kill();
    if (!struck.some(({ seenActive }) => seenActive)) {
      context.undecided('ownership.must-own', `no ${CHANGES.attach.name} was seen Active`);
    }
    await startAgain(context, flow);
    await judgeStruck(context, flow, struck);
  },
});
