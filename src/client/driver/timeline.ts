// Creating a timeline: an operation that is safe to repeat, because its id is ours and a second create is refused.

import type { Exchange } from '../exchange/exchange.ts';
import type { DriverCall, DriverContext } from './calls.ts';
import { startDeadline } from './deadline.ts';
import { outcomeOf } from './opening.ts';
import type { DriverOutcome, Ending } from './outcome.ts';
import { ATTEMPT_PACE, startPace } from './pace.ts';

/** Sends the create until it is answered 201, refused, or found done: after an unanswered one a 409 means success. */
export async function createTimeline(
  context: DriverContext,
  call: DriverCall,
): Promise<DriverOutcome> {
  const { clock, limits, random, signal } = context.options;
  const deadline = startDeadline(clock, limits.attach, () => context.isHeld(call.tenant));
  const pace = startPace(ATTEMPT_PACE, random);
  let attempts = 0;
  let mayBeThere = false;
  let last: Exchange;
  for (;;) {
    attempts += 1;
    last = await context.call(call);
    context.checkSignal();
    const ending = endingOf(last, mayBeThere);
    if (ending) return outcomeOf(context, call, { deadline, attempts, last }, ending);
    mayBeThere ||= last.outcome.type === 'info';
    if (deadline.passed()) {
      const seen = `timeline create answered ${last.outcome.status ?? last.outcome.error}`;
      return outcomeOf(context, call, { deadline, attempts, last }, { kind: 'stuck', seen });
    }
    await pace.pause(signal);
  }
}

function endingOf(exchange: Exchange, mayBeThere: boolean): Ending | undefined {
  const { type, status } = exchange.outcome;
  if (type === 'ok') return { kind: 'done' };
  if (type === 'info' || status === undefined) return undefined;
  return status === 409 && mayBeThere ? { kind: 'done' } : { kind: 'refused', status };
}
