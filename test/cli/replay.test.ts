// A storm finds a server that writes after its detach; the schedule it keeps fails again when it is replayed, and the saved
// history is judged alike offline.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { runProgram, tempFolder, writeMutantTarget } from './program.ts';

const STORM = 'storm/attach-detach';

interface Result {
  readonly scenarios: readonly {
    readonly id: string;
    readonly schedule?: string;
    readonly history: string;
    readonly findings: readonly Pick<Finding, 'requirement' | 'message' | 'fewest'>[];
  }[];
}

function readScenario(folder: string): Result['scenarios'][number] {
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Result;
  return result.scenarios.find(({ id }) => id === STORM)!;
}

const run = (folder: string, budget: string, ...more: string[]) =>
  runProgram(['run', STORM, '--out', folder, '--budget', budget, '--seed', '1', ...more]);

test('a storm fails on a mutant, its replay fails again, and so does its saved history', async () => {
  using folder = tempFolder();
  const target = writeMutantTarget(folder.path, 'detach-waits-for-nothing');
  const out = join(folder.path, 'run');
  const first = await run(out, '10s', '--target', target);
  expect(first.code, first.stderr).toBe(1);
  const { schedule, findings, history } = readScenario(out);
  const told = findings.find(({ message }) => message.startsWith('in a storm: '));
  expect(told?.requirement).toBe('P2');
  const { faults, of, runs } = told!.fewest!;
  expect(faults.length).toBeLessThanOrEqual(of);
  expect(runs).toBeGreaterThan(0);
  // The peace that ends every round detaches too, so it may be that no step is needed; a tenant always is.
  const kept = JSON.parse(schedule!) as { readonly tenants: readonly unknown[] };
  expect(kept.tenants.length).toBeGreaterThan(0);

  const again = join(folder.path, 'again');
  const replay = await runProgram(['replay', `${out}#${STORM}`, '--out', again]);
  expect(replay.code, replay.stderr).toBe(1);
  expect(readScenario(again).schedule).toBe(schedule);
  expect(readScenario(again).findings.map(({ requirement }) => requirement)).toContain('P2');

  const check = await runProgram(['check', join(out, history)]);
  expect(check.code).toBe(1);
  expect(check.stdout).toMatch(/P2 +violated/);
}, 240_000);

test('the right server passes the same storm, and its saved history holds', async () => {
  using folder = tempFolder();
  const passed = await run(folder.path, '4s');
  expect(passed.code, passed.stdout + passed.stderr).toBe(0);
  const { schedule, history } = readScenario(folder.path);
  expect(schedule).toBeUndefined();
  const check = await runProgram(['check', join(folder.path, history)]);
  expect(check.code, check.stdout).toBe(0);
}, 240_000);
