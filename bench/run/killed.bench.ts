// However a run ends nothing outlives it by more than two seconds: a run is killed in the middle of its work, and its nodes, its
// Toxiproxy and its reaper are watched until the last of them is gone.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { sleep } from '../../src/core/clock.ts';
import { processesWith, runMarks } from '../../src/target/reaper/testing/traces.ts';
import { realServerProgram } from '../../src/toxiproxy/testing/real-server.ts';
import { median } from '../median.ts';
import type { BenchRow } from '../row.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/pageserver-conformance', import.meta.url));
const ROUNDS = 7;
const LIMIT_MS = 2000;
/** Two nodes, the Toxiproxy. */
const PROCESSES_MIN = 3;
/** How long the run works before it is killed, once all are up, ms. */
const WORK_MS = 500;
/** Gives up on a run that does not come up or does not go, ms. */
const PATIENCE_MS = 30_000;

/** Time from SIGKILL of the program to the end of the last process that it had started. */
export async function run(): Promise<readonly BenchRow[]> {
  const real = await realServerProgram();
  const rows = [await row('embedded', {})];
  if (real === undefined) process.stdout.write('  binary left out: Go is not installed\n');
  else rows.push(await row('binary', { TOXIPROXY_SERVER: real }));
  return rows;
}

async function row(toxiproxy: string, env: NodeJS.ProcessEnv): Promise<BenchRow> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await killOne(toxiproxy, env));
  const value = Math.round(median(times));
  return {
    name: `all gone after SIGKILL, ${toxiproxy} (slowest ${Math.round(Math.max(...times))})`,
    value,
    unit: 'ms',
    target: LIMIT_MS,
    met: Math.max(...times) <= LIMIT_MS,
  };
}

async function killOne(toxiproxy: string, env: NodeJS.ProcessEnv): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'psc-bench-'));
  const PSC_TEST = randomUUID();
  const mark = `PSC_TEST=${PSC_TEST}`;
  const args = ['run', 'faults/client-link/attach', '--workers', '1', '--out', folder];
  const child = spawn(LAUNCHER, [...args, '--toxiproxy', toxiproxy], {
    stdio: 'ignore',
    env: { ...process.env, ...env, PSC_TEST },
  });
  // What the run starts carries its mark; the reaper carries only what it inherits.
  const marked = (): number => [...runMarks(processesWith(mark))].flatMap(processesWith).length;
  try {
    await until(() => marked() >= PROCESSES_MIN);
    await sleep(WORK_MS);
    const started = performance.now();
    process.kill(child.pid!, 'SIGKILL');
    await until(() => processesWith(mark).length === 0);
    return performance.now() - started;
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('a run did not come up, or did not go');
    await sleep(10);
  }
}
