// Detach and ignore: repeated until an answer ends may-own, which no answer does while an attach is unaccounted for.

import type { Exchange } from '../exchange/exchange.ts';
import type { DriverCall, DriverContext } from './calls.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import { outcomeOf } from './opening.ts';
import type { DriverOutcome, Ending } from './outcome.ts';
import { ATTEMPT_PACE, type Pace, startPace } from './pace.ts';
import { look } from './presence.ts';

/**
 * A 200 (or the 404 of a detach) ends the step if every attach, create and load had been accounted for before that very call was
 * sent; otherwise the driver waits for the evidence and sends it again. An ignore without its 200 whose tenant is gone ends as
 * `absent`, with may-own still open.
 */
export async function closeTenant(
  context: DriverContext,
  call: DriverCall,
): Promise<DriverOutcome> {
  const { clock, limits, random, signal } = context.options;
  const deadline = startDeadline(clock, limits.detach, () => context.isHeld(call.tenant));
  const pace = startPace(ATTEMPT_PACE, random);
  let attempts = 0;
  let last: Exchange;
  for (;;) {
    attempts += 1;
    last = await context.call(call);
    context.checkSignal();
    const ending = await afterAnswer(context, call, { last, deadline, pace });
    if (ending) return outcomeOf(context, call, { deadline, attempts, last }, ending);
    await pace.pause(signal);
  }
}

interface Attempt {
  readonly last: Exchange;
  readonly deadline: Deadline;
  readonly pace: Pace;
}

/** Undefined: send it again. */
async function afterAnswer(
  context: DriverContext,
  call: DriverCall,
  attempt: Attempt,
): Promise<Ending | undefined> {
  const { last, deadline } = attempt;
  const { type, status, error } = last.outcome;
  if (type === 'fail' && status !== undefined) return { kind: 'refused', status };
  if (type === 'ok') return afterEnd(context, call, attempt);
  if (call.operation === 'ignore' && type === 'info') {
    const { presence } = await look(context, call.tenant, call.node);
    if (presence === 'absent') return { kind: 'absent' };
  }
  if (!deadline.passed()) return undefined;
  return { kind: 'stuck', seen: `${call.operation} answered ${status ?? error}` };
}

/** The answer is right; is it also the end of may-own? */
async function afterEnd(
  context: DriverContext,
  call: DriverCall,
  attempt: Attempt,
): Promise<Ending | undefined> {
  const { ownership, options } = context;
  if (!ownership.mayOwn(call.tenant, call.node)) return { kind: 'done' };
  for (;;) {
    const calls = ownership.unresolved(call.tenant, call.node);
    if (calls.length === 0) return undefined;
    if (attempt.deadline.passed()) return { kind: 'unresolved', calls };
    await ownership.changed(attempt.pace.nextMs(), options.signal);
    context.checkSignal();
  }
}
