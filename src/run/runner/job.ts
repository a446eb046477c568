// What the main process tells its workers about the run: plain data that crosses a thread's boundary.

import type { CatalogueSources } from '../../catalogue/index.ts';
import type { Profile } from '../../core/verdict.ts';
import type { TargetDefinition } from '../../target/index.ts';
import type { MissingCapabilities } from '../rig/index.ts';

/** The run as a worker sees it. */
export interface RunJob {
  readonly seed: string;
  readonly profile: Profile;
  readonly target: TargetDefinition;
  /** Absolute path of the run's folder. */
  readonly outDir: string;
  /** Where the run's temporary folders live. */
  readonly tempDir: string;
  /** Unique id of the run: marks every process that it starts (PSC_RUN). */
  readonly runId: string;
  /** Document and rows to judge by. */
  readonly sources: CatalogueSources;
  /** `--toxiproxy`. */
  readonly toxiproxy: string;
  /** Capabilities the user said to do without. */
  readonly without: readonly string[];
  /** Tenants of others may be on the target, and come and go (`--allow-data`). */
  readonly isShared: boolean;
  /** Capabilities that the target declares and a probe did not find, with the reason. */
  readonly missing: MissingCapabilities;
  /** False: nothing was probed yet; the first scenario that needs it sees to it. */
  readonly isProbed: boolean;
  /** PSC_NIGHTLY=1: scenarios take their long forms. */
  readonly nightly: boolean;
  /** Each storm scenario's part of the budget, milliseconds. */
  readonly budgetMs: number;
  /** Which repetition of undecided scenarios this is, from 1. */
  readonly attempt: number;
  /** File descriptor of the reaper's pipe. */
  readonly reaperFd: number;
  /** Name of the phase, part of history file names: `contract`, `faults`. */
  readonly phase: string;
  /** By scenario, the names of the only faults that act; the others are left out. Absent: all act. */
  readonly acting?: Readonly<Record<string, readonly string[]>>;
  /** A schedule to replay instead of random ones (`replay`). */
  readonly schedule?: string;
}

/** Key under which Vitest provides the job. */
export const JOB_KEY = 'pageserver-conformance.job';

declare module 'vitest' {
  interface ProvidedContext {
    'pageserver-conformance.job': string;
  }
  interface TaskMeta {
    scenario?: string;
  }
}
