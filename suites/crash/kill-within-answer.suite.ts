// SIGKILL between the first and the last byte of an answer, or right after: the caller has a part of it, all of it, or none though it was sent.

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
import { everyOf, judgeStruck, type Laid, layAll, type Phase, sendLaid } from './shared/sweep.ts';

/** Bytes of the answer that its caller gets: nothing, a part of the status line, all of it, a part of the head. */
const BYTES = [0, 5, 14, 40, 90] as const;
const NAMES: readonly ChangeName[] = ['attach', 'load', 'detach', 'ignore', 'create', 'config'];
/** An answer that never came by then is killed unanswered, milliseconds. */
const PATIENCE_MS = 800;

export default scenario({
  id: 'crash/kill-within-answer',
  title: 'SIGKILL in the middle of an answer keeps what was done, or nothing of it',
  decides: ['durability.accepted-may-be-lost', 'durability.restart', 'P2', 'P8', 'machine'],
  decidesHardened: ['durability.every-success'],
  needs: ['restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const all = NAMES.flatMap((name) => BYTES.map((bytes) => ({ name, bytes, beforeMs: 0 })));
    const cases = supportedCases(context, all, ({ bytes }) => ({
      name: `an answer of ${bytes} bytes`,
      fault: { kind: kindFor(bytes), where: 'client-node' },
    }));
    const whole: Phase = { name: 'attach', beforeMs: 0 };
    const laid = await layAll(context, flow, [...cases, whole]);
    const cut = laid.slice(0, cases.length);
    const cuts = await everyOf(cut, (one, index) => cutAnswer(flow, one, cases[index]!.bytes));
    const struck = cut.map((one) => sendLaid(context, flow, one));
    for (const call of struck) call.catch(() => {});
    const late = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
    await Promise.all(cuts.map((fault) => fault.hit(late).catch(() => undefined)));
    // The last one is answered, and the kill follows its 202 at once.
    const last = sendLaid(context, flow, laid.at(-1)!);
    await last.catch(() => undefined);
    await context.rig.node('a').kill();
    const ended = await Promise.all([...struck, last]);
    await Promise.all(cuts.map((fault) => fault.heal()));
    if (cuts.every(({ hits }) => hits === 0)) {
      context.undecided('durability.restart', 'no answer was cut');
    }
    await startAgain(context, flow);
    await judgeStruck(context, flow, ended);
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
