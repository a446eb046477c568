// What a user can ask of a run (design section 3).

import type { Profile } from '../core/verdict.ts';

/** Options of `run`, as the command line gives them. */
export interface RunOptions {
  readonly globs: readonly string[];
  readonly suite: readonly string[];
  readonly target?: string;
  readonly out?: string;
  readonly seed?: string;
  readonly profile: Profile;
  readonly toxiproxy: string;
  readonly shard?: string;
  /** Milliseconds for the storm suite. */
  readonly budget: number;
  readonly workers?: number;
  readonly spec?: string;
  readonly without: readonly string[];
  /** Milliseconds for finding the fewest faults of what failed; 0: it is not run again. */
  readonly shrink: number;
  readonly failFast: boolean;
  readonly allowData: boolean;
  /** A storm schedule to run again instead of drawing random ones. */
  readonly schedule?: string;
}
