// SIGKILL between the first and the last byte of an answer: the caller has a part of it, or none though it was sent.

import {
  type Fault,
  type FaultHandle,
  type Flow,
  openFlow,
  scenario,
  supportedCases,
} from '#suite';
import type { ChangeName } from './shared/changes.ts';
import { startAgain } from './shared/restart.ts';
import { everyOf, judgeStruck, type Laid, layAll, sendLaid } from './shared/sweep.ts';

/** Bytes of the answer that its caller gets: nothing, a part of the status line, all of it, a part of the head. */
const BYTES = [0, 5, 14, 40, 90] as const;
const NAMES: readonly ChangeName[] = ['attach', 'load', 'detach', 'ignore', 'create', 'config'];
/** An answer that never came by then is killed unanswered, milliseconds. */
const PATIENCE_MS = 800;

export default scenario({
  id: 'crash/kill-within-answer',
  title: 'SIGKILL in the middle of an answer keeps what was done, or nothing of it',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P8', 'machine'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const all = NAMES.flatMap((name) => BYTES.map((bytes) => ({ name, bytes, beforeMs: 0 })));
    const cases = supportedCases(context, all, ({ bytes }) => ({
      name: `an answer of ${bytes} bytes`,
      fault: { kind: kindFor(bytes), where: 'client-node' },
    }));
    const laid = await layAll(context, flow, cases);
    const cuts = await everyOf(laid, (one, index) => cutAnswer(flow, one, cases[index]!.bytes));
    const calls = Promise.all(laid.map((one) => sendLaid(context, flow, one)));
    calls.catch(() => {});
    const late = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
    await Promise.all(cuts.map((cut) => cut.hit(late).catch(() => undefined)));
    await context.rig.node('a').kill();
    const struck = await calls;
    await Promise.all(cuts.map((cut) => cut.heal()));
    if (cuts.every(({ hits }) => hits === 0)) {
      context.undecided('durability.restart', 'no answer was cut');
    }
    await startAgain(context, flow);
    await judgeStruck(context, flow, struck);
  },
});

function kindFor(bytes: number): Fault['kind'] {
  return bytes === 0 ? 'hold-answer' : 'cut-answer';
}

/** Every answer of this tenant's own link ends after so many bytes; none at all is held instead. */
function cutAnswer(flow: Flow, { tenant }: Laid, bytes: number): Promise<FaultHandle> {
  return flow.fault({
    kind: kindFor(bytes),
    where: 'client-node',
    link: tenant.driver.links.a!,
    tenant: tenant.id,
    parameters: { bytes },
  });
}
