// The engine as a process of its own. One JSON line on stdout when it is ready; it ends at SIGTERM or SIGINT and,
// with --parent-pipe, when stdin ends, which happens whenever its parent dies, however that happens.

import module from 'node:module';
import { EXIT } from '../../core/exit.ts';
import { parseOptions } from './options.ts';
import { runToxiproxyServer } from './server.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  const server = await runToxiproxyServer(options);
  const stop = (): void => process.exit(EXIT.conformant);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (options.parentPipe) process.stdin.on('end', stop).on('error', stop).resume();
  const { host, port, seed } = server;
  process.stdout.write(`${JSON.stringify({ host, port, seed })}\n`);
  // A killed process never writes its compile cache, so it is written now, while nobody waits.
  setImmediate(() => module.flushCompileCache());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const { exitCode } = error as { exitCode?: number };
  process.exit(exitCode ?? EXIT.harness);
}
