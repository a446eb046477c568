// Suggestions for mistyped names: every "unknown X" message names the nearest known one.

import { closest, distance } from 'fastest-levenshtein';

/** The nearest of the known names, or undefined when none is near enough to be meant. */
export function nearestName(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(word, known as string[]);
  return distance(word, candidate) <= Math.max(2, Math.ceil(word.length / 2))
    ? candidate
    : undefined;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const name = nearestName(word, known);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
