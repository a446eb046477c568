// The order in which checkers look at a history.

import type { HistoryLine } from './events.ts';

/** The lines by (t, i), in a new array: file order is recording order, and proxy lines were stamped before. */
export function sortLines(lines: readonly HistoryLine[]): HistoryLine[] {
  return lines.toSorted((left, right) => left.t - right.t || left.i - right.i);
}
