// Our own contract tier on the same reference, as a cold process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunOutcome } from '../../src/run/result/outcome.ts';
import type { Reached } from './reached.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/pageserver-conformance', import.meta.url));
const OBLIGATION = /^\w+\.\d{3}$/;

/** Runs the tier. Every finding about a server is a false alarm, for the reference is right. */
export async function measureOurs(folder: string): Promise<Reached> {
  const out = join(folder, 'ours');
  const args = ['run', '--suite', 'contract', '--seed', '1', '--out', out];
  const started = performance.now();
  await once(spawn(LAUNCHER, args, { stdio: 'ignore' }), 'exit');
  const wallS = (performance.now() - started) / 1000;
  const outcome = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunOutcome;
  const findings = [...outcome.findings, ...outcome.scenarios.flatMap((one) => one.findings)];
  return {
    cells: outcome.requirements.filter((row) => OBLIGATION.test(row.id) && row.checks > 0).length,
    wallS,
    exchanges: outcome.scenarios.reduce((sum, one) => sum + one.exchanges, 0),
    falseAlarms: findings.filter(({ kind }) => kind !== 'document').length,
  };
}
