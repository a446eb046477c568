// Which faults of a scenario can be left out, and its history still shows the same property of the same tenant broken.

import type { FewestFaults, Finding } from '../../core/finding.ts';
import type { StruckFault } from '../scenario/faults.ts';
import type { ScenarioResult } from '../scenario/result.ts';
import { ddmin } from './ddmin.ts';
import type { Question } from './rerun.ts';

/** What depends on timing fails not every time: a fault is needed if so many runs without it show nothing. */
const TRIES = 2;

/** One finding that is made smaller. */
export interface Case {
  readonly scenario: Pick<ScenarioResult, 'id' | 'attempt' | 'findings'>;
  readonly finding: Finding;
  /** All faults of the scenario that struck. */
  readonly struck: readonly StruckFault[];
}

/**
 * Asks run by run. Those that had struck the tenant before come first: mostly they are all that is needed. Ends early, with what is
 * left by then, once `over` is aborted.
 */
export async function leaveOut(
  one: Case,
  ask: (question: Question) => Promise<boolean>,
  over: AbortSignal,
): Promise<FewestFaults> {
  const { struck } = one;
  let runs = 0;
  const shows = async (acting: readonly StruckFault[]): Promise<boolean> => {
    for (let count = 0; count < TRIES && !over.aborted; count += 1) {
      runs += 1;
      if (await ask(questionOf(one, acting))) return true;
    }
    return false;
  };
  const told = (end: FewestFaults['end'], faults: readonly StruckFault[]): FewestFaults => ({
    end: over.aborted ? 'time' : end,
    faults: faults.map(({ text }) => text),
    of: struck.length,
    runs,
  });
  const own = ownOf(one);
  for (const items of own.length < struck.length ? [own, struck] : [struck]) {
    if (await shows(items)) return told('fewest', await ddmin(items, shows, () => over.aborted));
  }
  return told('not-again', struck);
}

/** Those that had struck the tenant, or everybody, by the time of the newest evidence. */
function ownOf({ finding, struck }: Case): readonly StruckFault[] {
  const end = finding.evidence?.at(-1)?.t ?? Number.POSITIVE_INFINITY;
  return struck.filter(({ tenant = finding.tenant, t }) => tenant === finding.tenant && t <= end);
}

function questionOf({ scenario, finding }: Case, acting: readonly StruckFault[]): Question {
  return {
    scenario: scenario.id,
    attempt: scenario.attempt,
    acting: acting.map(({ name }) => name),
    property: finding.requirement,
    ...(finding.tenant === undefined ? {} : { tenant: finding.tenant }),
  };
}
