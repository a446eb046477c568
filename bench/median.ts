// The middle of several measurements: one that was disturbed does not move it.

/** Of an even number the upper one of the two in the middle; `values` is not empty. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
