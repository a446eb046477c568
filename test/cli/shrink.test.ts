// What breaks a property is run again with a part of its faults: the report names the fewest that it takes, and nothing of those
// runs is left.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunOutcome } from '../../src/run/result/outcome.ts';
import { runProgram, tempFolder, writeMutantTarget } from './program.ts';

const SCENARIO = 'faults/leaving/waits-for-held-writes';

test('a detach that gives up on a held write needs that hold, and no other', async () => {
  using folder = tempFolder();
  const out = join(folder.path, 'run');
  const target = writeMutantTarget(folder.path, 'detach-gives-up-after-a-second');
  const args = ['run', SCENARIO, '--target', target, '--out', out, '--seed', '4'];
  const run = await runProgram([...args, '--shrink', '2m']);
  expect(run.code, run.stderr).toBe(1);
  const outcome = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as RunOutcome;
  const [scenario] = outcome.scenarios;
  const told = scenario!.findings.find(({ fewest }) => fewest !== undefined);
  expect(told).toMatchObject({ requirement: 'P2', fewest: { end: 'fewest' } });
  expect(told!.fewest!.faults).toEqual(['store-hold on store requests of node a']);
  expect(told!.fewest!.of).toBeGreaterThan(1);
  expect(run.stdout).toMatch(/the fewest faults that still show it, of \d+ \(\d+ more runs\):\n/);
  expect(outcome.properties.every(({ history }) => history.startsWith('history-faults-'))).toBe(
    true,
  );
  expect(readdirSync(out).filter((name) => name.includes('shrink'))).toEqual([]);
}, 240_000);

test('without time for it nothing is run again', async () => {
  using folder = tempFolder();
  const target = writeMutantTarget(folder.path, 'detach-gives-up-after-a-second');
  const args = ['run', SCENARIO, '--target', target, '--out', folder.path, '--seed', '4'];
  const run = await runProgram([...args, '--shrink', '0']);
  expect(run.code, run.stderr).toBe(1);
  expect(run.stdout + run.stderr).not.toMatch(/fewer faults|fewest/);
}, 240_000);
