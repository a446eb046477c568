// result.json: the whole outcome, from which every other report can be made again.

import type { RunOutcome } from '../run/result/outcome.ts';

/** The outcome as indented JSON. */
export function jsonReport(outcome: RunOutcome): string {
  const { outDir: _, ...stored } = outcome;
  return `${JSON.stringify(stored, null, 1)}\n`;
}
