// An answer that fits no order, in words.

import type { CompletionLine } from '../../history/events.ts';
import { evidence, short } from '../evidence.ts';
import type { Complaint, Judge } from '../judge.ts';
import type { Cell, Misfit } from './cell.ts';
import { ANY_STATE, STATE } from './states.ts';

/** What is said of the answer. */
export function misfitComplaint(
  judge: Judge,
  cell: Cell,
  { tracked, before, states }: Misfit,
): Complaint {
  const { call, end } = tracked;
  const answer = `${end?.status ?? end?.type}`;
  const what = end?.seen?.state ? `${answer} (${end.seen.state})` : answer;
  return {
    kind: judge.taintOf(cell.tenant) ?? 'server',
    message:
      `${cell.node} answered ${call.op} of tenant ${short(cell.tenant)} with ${what}, ` +
      'which fits no order of the calls',
    expected: `an answer for a tenant that is ${nameStates(states)}`,
    actual: what,
    tenant: cell.tenant,
    node: cell.node,
    scenario: end?.scenario ?? call.scenario,
    evidence: [
      ...(before?.end
        ? [evidence(before.end, `${before.call.op} had been answered ${before.end.status ?? ''}`)]
        : []),
      { i: call.i, t: call.invokedAt, text: `${call.op} is sent` },
      ...(end ? [evidence(end, `it is answered ${what}`)] : []),
    ],
  };
}

/** What is said of a tenant that an attach made Active though the store has nothing of it; `end`: of that attach. */
export function groundlessComplaint(
  { node, tenant }: Cell,
  end: CompletionLine,
  shown: CompletionLine,
): Complaint {
  return {
    message: `${node} made tenant ${short(tenant)} Active, of which the store has nothing`,
    expected: 'the attach ends with 404 or Broken',
    actual: 'Active',
    tenant,
    node,
    scenario: shown.scenario,
    evidence: [
      evidence(end, 'attach of a tenant that the store does not know'),
      evidence(shown, 'the tenant is shown Active'),
    ],
  };
}

function nameStates(states: number): string {
  if (states === ANY_STATE) return 'in any state';
  const names = Object.entries(STATE).filter(([, state]) => states & (1 << state));
  return names.map(([name]) => name).join(' or ');
}
