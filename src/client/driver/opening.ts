// Attach, load and create: sent to the same node again and again until the tenant is Active or Broken there.

import type { NodeId } from '../../history/events.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { DriverCall, DriverContext } from './calls.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import type { DriverOutcome, Ending } from './outcome.ts';
import { ATTEMPT_PACE, POLL_PACE, startPace } from './pace.ts';
import { look, type Presence } from './presence.ts';

/**
 * The protocol of the document: after an answer of any kind but a distinguished error, poll; where the tenant is absent, send the
 * same call to the same node again, whatever was answered before, for a 404 proves nothing about what is in flight.
 */
export async function open(context: DriverContext, call: DriverCall): Promise<DriverOutcome> {
  const { clock, limits, random, signal } = context.options;
  const deadline = startDeadline(clock, limits.attach, () => context.isHeld(call.tenant));
  const pace = startPace(ATTEMPT_PACE, random);
  let attempts = 0;
  let isAnyOpen = false;
  let last: Exchange;
  for (;;) {
    attempts += 1;
    last = await context.call(call);
    context.checkSignal();
    const status = refusal(last, isAnyOpen);
    if (status !== undefined) {
      return outcomeOf(context, call, { deadline, attempts, last }, { kind: 'refused', status });
    }
    isAnyOpen ||= last.outcome.type !== 'fail';
    const didLeave = last.outcome.phase !== 'connect';
    const ending = didLeave ? await poll(context, call, deadline) : undefined;
    if (ending) return outcomeOf(context, call, { deadline, attempts, last }, ending);
    if (deadline.passed()) {
      const seen = didLeave ? 'absent after each attempt' : `not reached: ${last.outcome.error}`;
      return outcomeOf(context, call, { deadline, attempts, last }, { kind: 'stuck', seen });
    }
    await pace.pause(signal);
  }
}

/** Polls without sending anything: until Active or Broken, or until the tenant is absent. */
export async function waitActive(
  context: DriverContext,
  tenant: string,
  node: NodeId,
): Promise<DriverOutcome> {
  const { clock, limits } = context.options;
  const deadline = startDeadline(clock, limits.attach, () => context.isHeld(tenant));
  const ending = (await poll(context, { tenant, node }, deadline)) ?? { kind: 'absent' as const };
  return outcomeOf(context, { tenant, node }, { deadline, attempts: 0 }, ending);
}

/** The status of a refusal that ends the step: not a 409 of attach, nor the 409 of our own earlier create. */
function refusal(exchange: Exchange, isAnyOpen: boolean): number | undefined {
  const { type, status } = exchange.outcome;
  if (type !== 'fail' || status === undefined) return undefined;
  if (status === 409 && (exchange.operation === 'attach' || isAnyOpen)) return undefined;
  return status;
}

/** Undefined: the tenant is absent. */
async function poll(
  context: DriverContext,
  place: { readonly tenant: string; readonly node: NodeId },
  deadline: Deadline,
): Promise<Ending | undefined> {
  const pace = startPace(POLL_PACE, context.options.random);
  for (;;) {
    const { presence, exchange } = await look(context, place.tenant, place.node);
    context.checkSignal();
    if (presence === 'Active') return { kind: 'active' };
    if (presence === 'Broken') return { kind: 'broken' };
    if (presence === 'absent') return undefined;
    if (deadline.passed()) return { kind: 'stuck', seen: seenText(presence, exchange) };
    await pace.pause(context.options.signal);
  }
}

function seenText(presence: Presence, exchange: Exchange): string {
  const { status, error } = exchange.outcome;
  return presence === 'Unknown' ? `status answers ${status ?? error}` : `state ${presence}`;
}

/** What every step knows at its end. */
export interface StepFrame {
  readonly deadline: Deadline;
  readonly attempts: number;
  readonly last?: Exchange;
}

/** Completes the ending of a step. */
export function outcomeOf(
  context: DriverContext,
  place: { readonly tenant: string; readonly node: NodeId },
  frame: StepFrame,
  ending: Ending,
): DriverOutcome {
  const { deadline, attempts, last } = frame;
  const base = {
    elapsedMs: deadline.elapsedMs(),
    late: deadline.late(),
    attempts,
    ...(last === undefined ? {} : { last }),
  };
  if (ending.kind !== 'refused') return { ...base, ...ending };
  return { ...base, ...ending, mayOwn: context.ownership.mayOwn(place.tenant, place.node) };
}
