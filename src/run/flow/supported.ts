// Tables whose cases need different things of the fault layer: what it can do is done, the rest is named.

import { UnsupportedError } from '../../core/exit.ts';
import { type Fault, missingFor } from '../../fault/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';

/** What is known of one case. */
export interface FaultCase {
  /** Its name in the report, if it is left out. */
  readonly name: string;
  readonly fault: Pick<Fault, 'kind' | 'where'>;
}

/**
 * The cases whose fault this lane can make; the others are left out, and the report says so. Throws UnsupportedError when
 * none is left.
 */
export function supportedCases<T>(
  context: ScenarioContext,
  cases: readonly T[],
  describe: (one: T) => FaultCase,
): readonly T[] {
  const missing = new Map<T, string>();
  for (const one of cases) {
    const lacking = missingFor(describe(one).fault, context.lane.capabilities);
    if (lacking !== undefined) missing.set(one, lacking);
  }
  const [first] = missing.values();
  if (first !== undefined && missing.size === cases.length) {
    throw new UnsupportedError(first, `None of its faults can be made without ${first}.`);
  }
  for (const [one, lacking] of missing) context.leaveOut(lacking, describe(one).name);
  return cases.filter((one) => !missing.has(one));
}
