// Targets that fail as processes: one that can't start, one that exits unasked; and two runs at once.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from '../providers/outcome.ts';

/** A target file whose node runs the script after the suite's own Node.js. */
function writeTarget(folder: string, script: string, args: readonly string[] = []): string {
  const [program, file] = [join(folder, 'node.mjs'), join(folder, 'target.yaml')];
  writeFileSync(program, script);
  const command = ['{suite.node}', program, '{node.host}', '{node.port}', ...args];
  writeFileSync(
    file,
    JSON.stringify({
      name: 'made for a test',
      kind: 'process',
      nodes: 1,
      command,
      ready: { timeout: '20s' },
    }),
  );
  return file;
}

test('a target that can not start is exit 3, with the last lines of its stderr', {
  timeout: 120_000,
}, async () => {
  using folder = tempFolder();
  const target = writeTarget(
    folder.path,
    "console.error('no pgdata here'); console.error('giving up'); process.exit(7);",
  );
  const out = join(folder.path, 'out');
  const finished = await runProgram(['run', 'contract/status', '--target', target, '--out', out]);
  expect(finished.code, finished.stderr).toBe(3);
  expect(finished.stdout).toMatch(/no pgdata here[\s\S]*giving up/);
  expect(finished.stdout).not.toMatch(/^CONFORMANT/m);
});

test('a process that exits unasked is a fail that names it', { timeout: 120_000 }, async () => {
  using folder = tempFolder();
  // Answers /v1/status well a few times, then is gone in the middle of a call.
  const target = writeTarget(
    folder.path,
    `import { createServer } from 'node:http';
     let count = 0;
     createServer((request, response) => {
       count += 1;
       if (count > 2) process.exit(9);
       response.setHeader('content-type', 'application/json');
       response.end('{"id":1}');
     }).listen(Number(process.argv[3]), process.argv[2]);`,
  );
  const out = join(folder.path, 'out');
  const finished = await runProgram(['run', 'contract/status', '--target', target, '--out', out]);
  expect(finished.code, finished.stderr).toBe(1);
  expect(finished.stdout).toMatch(/exited.*9|9.*exited|exit code 9|code 9/);
  const findings = readOutcome(out).scenarios.flatMap((scenario) => scenario.findings);
  expect(findings.some(({ kind, level }) => kind === 'server' && level === 'fail')).toBe(true);
});

test('a target that can not be restarted lacks that in contract scenarios too', {
  timeout: 120_000,
}, async () => {
  using folder = tempFolder();
  const target = writeTarget(
    folder.path,
    `import { createServer } from 'node:http';
     import { existsSync, writeFileSync } from 'node:fs';
     import { join } from 'node:path';
     const mark = join(process.argv[4], 'was-here');
     if (existsSync(mark)) process.exit(4);
     writeFileSync(mark, '');
     createServer((request, response) => {
       response.setHeader('content-type', 'application/json');
       response.end('{"id":1}');
     }).listen(Number(process.argv[3]), process.argv[2]);`,
    ['{node.dir}'],
  );
  const out = join(folder.path, 'out');
  const scenarios = ['contract/status', 'contract/reads-after-restart'];
  const finished = await runProgram(['run', ...scenarios, '--target', target, '--out', out]);
  expect(finished.code, finished.stdout).toBe(0);
  const results = readOutcome(out).scenarios.map(({ id, verdict, reason }) => [
    id,
    verdict,
    reason,
  ]);
  expect(results).toContainEqual(['contract/status', 'pass', undefined]);
  expect(results).toContainEqual([
    'contract/reads-after-restart',
    'unsupported',
    expect.stringContaining('needs "restart"'),
  ]);
});

test('two runs at once do not disturb each other', { timeout: 240_000 }, async () => {
  using folder = tempFolder();
  const names = ['one', 'two'];
  const finished = await Promise.all(
    names.map((name) =>
      runProgram([
        'run',
        'flows/detach/of-unknown',
        '--seed',
        '5',
        '--out',
        join(folder.path, name),
      ]),
    ),
  );
  const outcomes = names.map((name) => readOutcome(join(folder.path, name)));
  for (const [index, outcome] of outcomes.entries()) {
    expect(
      outcome.scenarios.map(({ verdict }) => verdict),
      finished[index]!.stdout,
    ).toEqual(['pass']);
    expect(outcome.findings.filter(({ kind }) => kind === 'server')).toEqual([]);
    expect(outcome.harnessErrors).toEqual([]);
  }
});
