// The whole contract tier as its users start it: a cold process against the reference, and a run of next to nothing as
// the runner's own cost.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from '../row.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/pageserver-conformance.js', import.meta.url));
const ROUNDS = 3;

/** Wall time, judged answers, memory. */
export async function run(): Promise<readonly BenchRow[]> {
  const whole: Measured[] = [];
  const least: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    whole.push(await measure(['run', 'contract/**']));
    least.push(await measure(['run', 'contract/status']));
  }
  const wall = median(whole.map((one) => one.wallS));
  const start = median(least.map((one) => one.wallS));
  const memory = median(whole.map((one) => one.memoryMb));
  return [
    {
      name: 'contract tier, cold process',
      value: wall,
      unit: 's',
      limit: start,
      target: 5,
      met: wall <= 5,
    },
    { name: 'one scenario, cold process', value: start, unit: 's' },
    { name: 'answers judged', value: median(whole.map((one) => one.exchanges)), unit: '' },
    {
      name: 'memory of our process',
      value: memory,
      unit: 'MB',
      target: 250,
      met: memory <= 250,
    },
  ];
}

interface Measured {
  readonly wallS: number;
  readonly exchanges: number;
  readonly memoryMb: number;
}

async function measure(args: readonly string[]): Promise<Measured> {
  const out = mkdtempSync(join(tmpdir(), 'psc-bench-'));
  const started = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, ...args, '--out', out], { stdio: 'ignore' });
  let peakKb = 0;
  const timer = setInterval(() => {
    peakKb = Math.max(peakKb, residentKb(child.pid!));
  }, 20);
  await once(child, 'exit');
  clearInterval(timer);
  const wallS = (performance.now() - started) / 1000;
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as {
    scenarios: { exchanges: number }[];
  };
  rmSync(out, { recursive: true, force: true });
  const exchanges = result.scenarios.reduce((sum, one) => sum + one.exchanges, 0);
  return { wallS, exchanges, memoryMb: peakKb / 1024 };
}

/** Peak resident memory so far, kB; 0 where the system does not tell. */
function residentKb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
