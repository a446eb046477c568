// One figure of a benchmark, beside what it can at most be.

/** What a bench file's `run` resolves with. `ratio` is value / limit, measured in the same run. */
export interface BenchRow {
  readonly name: string;
  /** Median. */
  readonly value: number;
  readonly unit: string;
  /** The same unit: what the machine or a peer reaches without us. */
  readonly limit?: number;
  readonly ratio?: number;
  /** What is wanted, in the unit of `value`. */
  readonly target?: number;
  readonly met?: boolean;
}
