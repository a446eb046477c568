// The engine's entry for the rest of the code: the engine itself is loaded when it is started, for in a run it is another process.

import type { ServerOptions } from './options.ts';
import type { ToxiproxyServer } from './server.ts';

export type { ToxiproxyServer } from './server.ts';

/**
 * Runs the engine in this process until it is closed.
 * Throws TargetError when the address can't be used, UsageError when the config file can't.
 */
export async function runToxiproxyServer(options: ServerOptions): Promise<ToxiproxyServer> {
  const server = await import('./server.ts');
  return server.runToxiproxyServer(options);
}
