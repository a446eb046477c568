// What a step of the driver must have come to, before a scenario goes on.

import type { DriverOutcome } from '../../client/index.ts';
import type { NodeId } from '../../history/index.ts';
import { curlRequest } from '../scenario/exchange-request.ts';
import type { Ledger } from '../scenario/ledger.ts';

/** A step, for the sentence of a finding. */
export interface Step {
  /** Requirement that the step decides. */
  readonly requirement: string;
  /** `attach after the move`. */
  readonly what: string;
  readonly id: string;
  readonly node: NodeId;
}

/** The scenario can't go on; everything there is to say is in the ledger. */
export class ScenarioEnd extends Error {
  override readonly name = 'ScenarioEnd';
}

/**
 * Checks the outcome: `stuck` breaks P7, a late success warns, `unresolved` leaves the requirement undecided. Throws
 * ScenarioEnd where it is none of the wanted kinds.
 */
export function expectOutcome(
  ledger: Ledger,
  outcome: DriverOutcome,
  wanted: readonly DriverOutcome['kind'][],
  step: Step,
): void {
  const { requirement, what, id, node } = step;
  const place = { tenant: id, node };
  const request = outcome.last === undefined ? {} : { request: curlRequest(outcome.last) };
  if (outcome.late) {
    ledger.check('P7', `${what} in time`, false, {
      ...place,
      level: 'warn',
      message: `${what} of tenant ${id} on ${node} took ${Math.round(outcome.elapsedMs)} ms, longer than its limit`,
    });
  }
  if (wanted.includes(outcome.kind)) {
    ledger.check(requirement, `${what} ends as ${wanted.join(' or ')}`, true);
    return;
  }
  if (outcome.kind === 'unresolved') {
    ledger.undecided(
      requirement,
      `${what}: nobody knows what became of ${outcome.calls.join(', ')}`,
    );
  } else if (outcome.kind === 'stuck') {
    // Liveness is broken, and with it what the step is to decide.
    for (const broken of new Set(['P7', requirement])) {
      ledger.check(broken, `${what} ends`, false, {
        ...place,
        ...request,
        message: `${what} of tenant ${id} on ${node} never ended: ${outcome.seen}`,
        expected: wanted.join(' or '),
        actual: 'stuck',
      });
    }
  } else {
    const status = outcome.kind === 'refused' ? ` with ${outcome.status}` : '';
    ledger.check(requirement, `${what} ends as ${wanted.join(' or ')}`, false, {
      ...place,
      ...request,
      message: `${what} of tenant ${id} on ${node} ended as ${outcome.kind}${status}`,
      expected: wanted.join(' or '),
      actual: `${outcome.kind}${status}`,
    });
  }
  throw new ScenarioEnd(`${what} ended as ${outcome.kind}`);
}
