// `npm run nightly`: what is too long for CI. 20 seeds on the reference, 50 storms of 60 s, the whole kill table, the long
// forms of the tests. Ends with a line of counts and exit 1 if anything was not as it must be.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const launcher = fileURLToPath(new URL('../bin/pageserver-conformance.js', import.meta.url));
const SEEDS = 20;
const STORMS = 50;
const steps: (readonly [name: string, command: string, args: readonly string[]])[] = [];

const run = (name: string, ...args: string[]): void => {
  steps.push([name, process.execPath, [launcher, ...args, '--out', `reports/nightly/${name}`]]);
};

steps.push(['long tests', process.execPath, ['node_modules/vitest/vitest.mjs', 'run']]);
for (let seed = 1; seed <= SEEDS; seed += 1) run(`seed-${seed}`, 'run', '--seed', `${seed}`);
for (let storm = 1; storm <= STORMS; storm += 1) {
  run(`storm-${storm}`, 'run', '--suite', 'storm', '--seed', `${storm}`, '--budget', '60s');
}
for (let seed = 1; seed <= SEEDS; seed += 1) run(`mutants-${seed}`, 'mutants', '--seed', `${seed}`);
// The table the other way round: each scenario still kills what is remembered of it, or something else.
run('proofs', 'mutants', '--by', '**');

const failed: string[] = [];
for (const [name, command, args] of steps) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PSC_NIGHTLY: '1' },
  });
  process.stdout.write(`${status === 0 ? 'passed' : 'FAILED'} ${name}\n`);
  if (status !== 0) failed.push(name);
}
process.stdout.write(`${steps.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
