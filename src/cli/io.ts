// The streams and environment of one invocation, passed in so that the command line can be tested.

import type { Writable } from 'node:stream';
import type { ExitCode } from '../core/exit.ts';

/** Where a command writes and what it may read of its surroundings. */
export interface CliIo {
  /** Results. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Progress and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
}

/** How a command reports its exit code to `runCli`. */
export type Finish = (code: ExitCode) => void;
