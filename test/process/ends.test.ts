// However a run ends, nothing is left: no process with its mark, no engine, no temporary folder; what was recorded stays.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { leftIn, processesWith, runMarks } from '../../src/target/reaper/testing/traces.ts';
import { type Finished, runProgram, startProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from '../providers/outcome.ts';
import { root } from '../tidy/sources.ts';

/** Long enough to be ended in the middle, with nodes, engine and tap at work. */
const SELECTION = ['faults/client-link/attach', 'faults/client-link/detach'];
/** The promise is two seconds; a busy machine gets more before a test gives up. */
const PATIENCE = { timeout: 60_000, interval: 50 };

test.each([
  ['the program alone', ['program']],
  ['launcher and program at once', ['program', 'launcher']],
] as const)(
  'SIGKILL of %s: all goes, and the history is readable to its last line',
  {
    timeout: 300_000,
  },
  async (_, victims) => {
    using folder = tempFolder();
    const run = await startRun(folder.path);
    for (const victim of victims) process.kill(run[victim], 'SIGKILL');
    const { stdout } = await run.finished;
    expect(stdout).not.toMatch(/CONFORMANT/);
    await run.expectNothingLeft();
    const histories = run.histories();
    expect(histories.length).toBeGreaterThan(0);
    for (const file of histories) {
      const { code, stderr } = await runProgram(['check', file]);
      expect(stderr).toMatch(/\.ndjson:\d+: no footer: the history was cut/);
      expect([1, 6]).toContain(code);
    }
  },
);

test('SIGKILL of the launcher: the program ends the run as if interrupted', {
  timeout: 300_000,
}, async () => {
  using folder = tempFolder();
  const run = await startRun(folder.path);
  process.kill(run.launcher, 'SIGKILL');
  await run.expectNothingLeft();
  expect(readOutcome(run.out)).toMatchObject({ interrupted: true });
});

test('SIGKILL of npm, with a shell between: the program ends the run as if interrupted', {
  timeout: 300_000,
}, async () => {
  using folder = tempFolder();
  const run = await startRun(folder.path, startBelowNpm);
  process.kill(run.launcher, 'SIGKILL');
  await run.expectNothingLeft();
  expect(readOutcome(run.out)).toMatchObject({ interrupted: true });
});

/** As npx does it: a process named so, a shell, the program. */
function startBelowNpm(args: readonly string[], env: NodeJS.ProcessEnv) {
  const command = [join(root(), 'bin', 'pageserver-conformance'), ...args].join(' ');
  const script = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`${command}; exit $?`)}])`;
  const child = spawn(process.execPath, ['-e', script], {
    argv0: 'npx',
    stdio: 'ignore',
    env: { ...process.env, npm_command: 'exec', ...env },
  });
  return {
    child,
    finished: once(child, 'close').then(() => ({ code: null, stdout: '', stderr: '' })),
  };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s: exit 130, reports, nothing left',
  {
    timeout: 300_000,
  },
  async (signal) => {
    using folder = tempFolder();
    const run = await startRun(folder.path);
    run.child.kill(signal);
    const { code, stderr, stdout } = await run.finished;
    expect(code, stderr).toBe(130);
    expect(stdout).toMatch(/^INTERRUPTED/m);
    expect(readOutcome(run.out)).toMatchObject({ interrupted: true });
    for (const file of run.histories()) {
      expect(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)).toMatch(/"type":"footer"/);
    }
    await run.expectNothingLeft();
  },
);

type Start = (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
) => {
  readonly child: ChildProcess;
  readonly finished: Promise<Pick<Finished, 'code' | 'stdout' | 'stderr'>>;
};

/** Starts a run and waits until its nodes, its engine and its clients are at work. */
async function startRun(folder: string, start: Start = startProgram) {
  const [out, temp] = [join(folder, 'out'), join(folder, 'tmp')];
  mkdirSync(temp);
  const mark = randomUUID();
  const { child, finished } = start(['run', ...SELECTION, '--out', out, '--workers', '1'], {
    PSC_TEST: mark,
    TMPDIR: temp,
  });
  const ours = () => processesWith(`PSC_TEST=${mark}`);
  const histories = () =>
    readdirSync(out)
      .filter((name) => name.startsWith('history-faults'))
      .map((name) => join(out, name));
  const isAtWork = () =>
    histories().some((file) => /"stream":"proxy".*\n/.test(readFileSync(file, 'utf8')));
  await expect.poll(isAtWork, PATIENCE).toBe(true);
  const marks = runMarks(ours());
  // Two nodes and the engine carry it; the reaper, which outlives them, does not.
  expect(marks.size).toBe(1);
  const marked = () => [...marks].flatMap(processesWith);
  expect(marked().length).toBeGreaterThanOrEqual(3);
  return {
    child,
    finished,
    launcher: child.pid!,
    program: ours().find(({ command }) => /cli.main\.[tj]s /.test(command))!.pid,
    out,
    histories,
    async expectNothingLeft(): Promise<void> {
      await expect.poll(() => [...ours(), ...marked()], PATIENCE).toEqual([]);
      await expect.poll(() => leftIn(temp), PATIENCE).toEqual([]);
    },
  };
}
