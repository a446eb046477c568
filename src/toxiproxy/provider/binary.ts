// A real `toxiproxy-server` from PATH or TOXIPROXY_SERVER. It knows nothing of its parent's death, so a watcher
// of ours stands between: it ends the server when its own stdin ends.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError } from '../../core/exit.ts';
import { stop } from './embedded.ts';
import { freePort } from './free-port.ts';
import { comeUp } from './probe.ts';
import type { ProviderOptions, RunningToxiproxy } from './provider.ts';

/** Run by the watcher process: starts the server, ends it when stdin ends. */
const WATCHER = `
const { spawn } = require('node:child_process');
const [program, ...args] = process.argv.slice(1);
const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
const end = () => { child.kill('SIGTERM'); setTimeout(() => child.kill('SIGKILL'), 1000).unref(); };
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);
process.on('SIGINT', end);
child.on('error', (error) => { console.error(error.message); process.exit(1); });
child.on('exit', (code) => process.exit(code ?? 1));
`;

/** Somebody else may be faster at the port that we found free. */
const STARTS_MAX = 3;

/** Starts the server. Throws UsageError when there is none, TargetError when it does not come up. */
export async function startBinary(options: ProviderOptions): Promise<RunningToxiproxy> {
  const program = findServer(options.env ?? process.env);
  for (let starts = 1; ; starts += 1) {
    try {
      return await startOnce(program, options);
    } catch (error) {
      if (starts >= STARTS_MAX) throw error;
    }
  }
}

async function startOnce(program: string, options: ProviderOptions): Promise<RunningToxiproxy> {
  const env = options.env ?? process.env;
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['-e', WATCHER, program, '-host', '127.0.0.1', '-port', String(port)],
    { stdio: ['pipe', 'ignore', 'pipe'], env: { ...env, PSC_RUN: options.run } },
  );
  child.stdin!.on('error', () => undefined);
  child.stderr!.resume();
  const apiUrl = `http://127.0.0.1:${port}`;
  try {
    const { version, capabilities } = await comeUp(apiUrl, () =>
      child.exitCode === null ? undefined : `${program} ended before it answered at ${apiUrl}.`,
    );
    return {
      apiUrl,
      version,
      provider: 'binary',
      capabilities,
      pid: child.pid,
      listenHost: '127.0.0.1',
      [Symbol.asyncDispose]: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Path of the server. Throws UsageError when there is none. */
export function findServer(env: Readonly<Record<string, string | undefined>>): string {
  const named = env.TOXIPROXY_SERVER;
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw new UsageError(`TOXIPROXY_SERVER names "${named}", which can't be executed.`);
  }
  const found = (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'toxiproxy-server'))
    .find(isProgram);
  if (found !== undefined) return found;
  throw new UsageError(
    'There is no toxiproxy-server on PATH and TOXIPROXY_SERVER is not set; --toxiproxy embedded needs neither.',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
