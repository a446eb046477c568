// The README is true: what its code blocks call exists and runs, its table of commands is the program's, and so is that
// of exit codes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram, tempFolder } from '../cli/program.ts';
import { root } from '../tidy/sources.ts';

const readme = readFileSync(join(root(), 'README.md'), 'utf8');

/** Commands with their options, as each one's help tells them. */
async function helpOf(...command: string[]): Promise<string> {
  return (await runProgram([...command, '--help'])).stdout;
}

const commandsOf = (help: string): string[] =>
  [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)]
    .map((match) => match[1]!)
    .filter((name) => name !== 'help');

test('the table of commands names exactly the commands of --help', async () => {
  const table = /## Commands\n([\s\S]*?)\n\n/.exec(readme)![1]!;
  const rows = table.split('\n').slice(2);
  const named = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`(\w+)/g)].map((match) => match[1]!),
  );
  expect(named.sort()).toEqual(commandsOf(await helpOf()).sort());
});

test('the table of exit codes names exactly those of --help', async () => {
  const table = /\| exit code [\s\S]*?\n\n/.exec(readme)![0];
  const named = [...table.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  const help = /Exit codes: ([\s\S]*)/.exec(await helpOf())![1]!;
  const told = help.split('·').map((part) => Number.parseInt(part.trim(), 10));
  expect(named).toEqual(told);
});

test('every call in a code block is one that the program knows', { timeout: 120_000 }, async () => {
  const calls = readmeCalls();
  expect(calls.length).toBeGreaterThanOrEqual(3);
  const commands = commandsOf(await helpOf());
  for (const [command, ...words] of calls) {
    expect(commands).toContain(command);
    const help = await helpOf(command!);
    for (const option of words.filter((word) => word.startsWith('--'))) {
      expect(help, `${command} ${option}`).toContain(option.split('=')[0]);
    }
  }
});

test('what needs no target of the reader runs as written', { timeout: 240_000 }, async () => {
  using folder = tempFolder();
  const history = join(root(), 'fixtures', 'histories', 'machine-conflict.ok.ndjson');
  const calls: [string[], RegExp, number?][] = [
    [['list', 'contract/*'], /^contract\/status {2}/m],
    [['list', '--requirements'], /^attach\.202 {2}MUST/m],
    [['explain', 'attach.202'], /decided by: .*contract\//],
    [['explain', 'P2'], /P2/],
    // Of one short history not everything can be decided.
    [['check', history], /^machine +holds/m, 6],
    [['run', 'contract/status', '--out', folder.path], /^CONFORMANT/m],
  ];
  for (const [args, text, exit = 0] of calls) {
    const { code, stdout, stderr } = await runProgram(args);
    expect(stdout, `${args.join(' ')}\n${stderr}`).toMatch(text);
    expect(code, args.join(' ')).toBe(exit);
  }
  const replay = await runProgram([
    'replay',
    `${folder.path}#contract/status`,
    '--out',
    join(folder.path, 'again'),
  ]);
  expect(replay.stdout).toMatch(/^CONFORMANT/m);
});

/** The words after `npx pageserver-conformance` in code blocks; `npm` lines are CI's. */
function readmeCalls(): string[][] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]!);
  return blocks.flatMap((block) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('npx pageserver-conformance '))
      .map((line) => line.replaceAll("'", '').split(/\s+/).slice(2)),
  );
}
