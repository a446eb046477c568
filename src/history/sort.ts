// The order in which checkers look at a history.

import type { HistoryLine } from './events.ts';

/**
 * Lines, or what stands for them, by (t, i), in a new array: file order is recording order, and proxy lines were stamped
 * before.
 */
export function sortLines<T extends Pick<HistoryLine, 't' | 'i'>>(lines: readonly T[]): T[] {
  return lines.toSorted((left, right) => left.t - right.t || left.i - right.i);
}
