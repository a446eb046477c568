// The real Toxiproxy for tests and benchmarks: built once from the public Go module and kept in the temp folder.
// Where Go is not installed there is none, and whoever compares says so.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startBinary } from '../provider/binary.ts';
import type { RunningToxiproxy } from '../provider/provider.ts';

/** The server in the public Go module. */
export const MODULE = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0';

/** Path of the server's program; undefined without Go. Throws when Go can't build it. */
export async function realServerProgram(): Promise<string | undefined> {
  const run = promisify(execFile);
  const folder = join(tmpdir(), 'pageserver-conformance-toxiproxy-2.12.0');
  const program = join(folder, 'server');
  if (existsSync(program)) return program;
  try {
    await run('go', ['version']);
  } catch {
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  await run('go', ['install', MODULE], { env: { ...process.env, GOBIN: folder } });
  return program;
}

/** A running real server; undefined without Go. */
export async function startRealServer(): Promise<RunningToxiproxy | undefined> {
  const program = await realServerProgram();
  if (program === undefined) return undefined;
  return startBinary({
    kind: 'binary',
    seed: '1',
    run: 'real',
    env: { ...process.env, TOXIPROXY_SERVER: program },
  });
}
