// One run as its users start it: a cold process, its wall time, its memory and what it came to.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunOutcome } from '../../src/run/result/outcome.ts';
import { ownMemoryMb } from './own-memory.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/pageserver-conformance', import.meta.url));
/** Between two looks at the memory, ms. */
const SAMPLE_MS = 100;

/** What was measured. */
export interface ColdRun {
  readonly wallS: number;
  /** Peak of our own processes. */
  readonly memoryMb: number;
  readonly exchanges: number;
  readonly faultedFlows: number;
  readonly exitCode: number;
  readonly outcome: RunOutcome;
}

/** Runs `run` with these arguments to its end. */
export async function coldRun(...args: string[]): Promise<ColdRun> {
  const out = mkdtempSync(join(tmpdir(), 'psc-bench-'));
  const started = performance.now();
  const child = spawn(LAUNCHER, ['run', ...args, '--out', out], { stdio: 'ignore' });
  let memoryMb = 0;
  const timer = setInterval(() => {
    memoryMb = Math.max(memoryMb, ownMemoryMb(child.pid!));
  }, SAMPLE_MS);
  const [exitCode] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  const wallS = (performance.now() - started) / 1000;
  const outcome = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunOutcome;
  rmSync(out, { recursive: true, force: true });
  const sum = (key: 'exchanges' | 'faultedFlows'): number =>
    outcome.scenarios.reduce((total, scenario) => total + scenario[key], 0);
  return {
    wallS,
    memoryMb,
    exchanges: sum('exchanges'),
    faultedFlows: sum('faultedFlows'),
    exitCode,
    outcome,
  };
}
