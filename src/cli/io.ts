// The streams and environment of one invocation, passed in so that the command line can be tested.

import type { Writable } from 'node:stream';

/** Where a command writes and what it may read of its surroundings. */
export interface CliIo {
  /** Results. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Progress and errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: NodeJS.ProcessEnv;
}
