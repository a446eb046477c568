// Obligations that nothing but a hook of the target file caused: they show the shape of an answer, not that the target gives it.

import type { RunOutcome } from '../run/result/outcome.ts';
import { hookOfCheck } from '../run/scenario/cause.ts';

/** The hook by the obligation. */
export function hookedCells({ scenarios }: Pick<RunOutcome, 'scenarios'>): Map<string, string> {
  const checks = scenarios.flatMap((scenario) => scenario.checks);
  const hooked = new Map<string, string>();
  for (const check of checks) {
    const found = hookOfCheck(check);
    if (found) hooked.set(found.obligation, found.hook);
  }
  // What was caused without one as well needs none.
  for (const check of checks) {
    const obligation = /^(\w+\.\d{3}): caused by /.exec(check)?.[1];
    if (obligation !== undefined && !hookOfCheck(check)) hooked.delete(obligation);
  }
  return hooked;
}
