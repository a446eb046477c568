// The verdict lattice of a scenario and of a requirement (design section 2, judging section 7).

/** Verdicts from best to worst; a combination takes the worst (`worstVerdict`). */
export const VERDICTS = ['pass', 'unsupported', 'warn', 'undecided', 'fail', 'error'] as const;

/** `pass < unsupported < warn < undecided < fail < error`. */
export type Verdict = (typeof VERDICTS)[number];

/** The worst of the verdicts; `pass` of none. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, VERDICTS.indexOf(verdict));
  return VERDICTS[worst]!;
}

/** What a checker says of a history: never a bare boolean, for a time-out is not a pass. */
export type CheckOutcome = 'holds' | 'violated' | 'undecided';

/** How strictly the document is read (judging section 6). */
export type Profile = 'documented' | 'hardened';
