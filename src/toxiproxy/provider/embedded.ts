// Our own engine as a child process. It ends when its stdin does, so it never outlives us.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HarnessError, TargetError } from '../../core/exit.ts';
import { packageVersion } from '../../core/package.ts';
import { TOXIPROXY_VERSION } from '../api/version.ts';
import { CAPABILITIES } from '../conformance/wire.ts';
import type { ProviderOptions, RunningToxiproxy } from './provider.ts';

/** Starts the engine and waits for its ready line. Throws HarnessError when it does not start. */
export async function startEmbedded(options: ProviderOptions): Promise<RunningToxiproxy> {
  const env = options.env ?? process.env;
  const cache = join(tmpdir(), `pageserver-conformance-cache-${packageVersion()}`);
  const child = spawn(
    process.execPath,
    [
      // What flows through it is soon garbage: a small young generation is emptied as fast and takes less memory.
      '--max-semi-space-size=2',
      engineProgram(),
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--seed',
      options.seed,
      '--parent-pipe',
    ],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { NODE_COMPILE_CACHE: cache, ...env, PSC_RUN: options.run },
    },
  );
  const { host, port } = await readyLine(child);
  return {
    apiUrl: `http://${host}:${port}`,
    version: TOXIPROXY_VERSION,
    provider: 'embedded',
    capabilities: new Set(CAPABILITIES),
    pid: child.pid,
    listenHost: '127.0.0.1',
    [Symbol.asyncDispose]: () => stop(child),
  };
}

/** The engine's program: the source in the repository, compiled when installed. */
export function engineProgram(): string {
  const source = fileURLToPath(new URL('../engine/main.ts', import.meta.url));
  return existsSync(source) ? source : source.replace(/\.ts$/, '.js');
}

async function readyLine(child: ChildProcess): Promise<{ host: string; port: number }> {
  const errors: Buffer[] = [];
  child.stderr!.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin!.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout! });
  const first = once(lines, 'line') as Promise<[string]>;
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const said = Buffer.concat(errors).toString('utf8').trim();
      if (code === 3) reject(new TargetError(said));
      else
        reject(new HarnessError(`The embedded Toxiproxy did not start: ${said || `exit ${code}`}`));
    });
  });
  failed.catch(() => undefined);
  const [line] = await Promise.race([first, failed]);
  lines.close();
  child.stdout!.resume();
  return JSON.parse(line) as { host: string; port: number };
}

/** Ends a child that we started; kills it if it does not follow within a second. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 1_000);
  await exited;
  clearTimeout(timer);
}
