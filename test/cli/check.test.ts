// `check` as users call it: a history, a damaged one, a folder, and what is accepted.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package.ts';
import { runProgram, tempFolder } from './program.ts';

const fixture = (name: string): string =>
  join(packageRoot(), 'fixtures', 'histories', `${name}.ndjson`);

const linesOf = (name: string): string[] => readFileSync(fixture(name), 'utf8').split('\n');

test('a history of a target without a tap is undecided unless that is accepted', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'untapped.ndjson');
  const [header, ...rest] = linesOf('p8-move.ok');
  const clients = rest.filter(
    (line) => !line.includes('"stream":"store"') && !line.includes('footer'),
  );
  const counts: Record<string, number> = { run: 1 };
  const renumbered = clients.filter(Boolean).map((line, index) => {
    const parsed = { ...JSON.parse(line), i: index + 2 };
    counts[parsed.stream] = (counts[parsed.stream] ?? 0) + 1;
    return JSON.stringify(parsed);
  });
  const start = { i: 1, t: 0, stream: 'run', type: 'scenario', phase: 'start' };
  counts.run = (counts.run ?? 0) + 1;
  const lines = [
    header!.replace('"tap":true', '"tap":false'),
    JSON.stringify({ ...start, scenario: 'flows/one', decides: ['P2', 'P3'] }),
    ...renumbered,
    JSON.stringify({
      i: clients.length + 1,
      t: 9e12,
      stream: 'run',
      type: 'footer',
      lines: counts,
    }),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const strict = await runProgram(['check', file]);
  expect(strict.code, strict.stderr).toBe(6);
  expect(strict.stdout).toMatch(/^NOT DECIDED: P2, P3$/m);
  const accepted = await runProgram(['check', file, '--without', 'tap']);
  expect(accepted.code, accepted.stdout + accepted.stderr).toBe(0);
  const other = await runProgram(['check', file, '--without', 'restart']);
  expect(other.code).toBe(6);
  const wrong = await runProgram(['check', file, '--without', 'tab']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/tap/);
}, 120_000);

test('a damaged line is told by its number, nothing holds, and what is broken stays broken', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'damaged.ndjson');
  const spoil = (name: string, place = 2): void => {
    const lines = linesOf(name);
    lines.splice(place, 1, '{"half a li');
    writeFileSync(file, lines.join('\n'));
  };
  spoil('p2-inside.ok');
  const hurt = await runProgram(['check', file]);
  expect(hurt.code).toBe(6);
  expect(hurt.stderr).toMatch(/damaged\.ndjson:3: not JSON/);
  expect(hurt.stdout).not.toMatch(/ holds/);
  // The answer to the create is lost with that line: what the rest seems to break is told, and not counted.
  spoil('p2-after-200.bad');
  const unclear = await runProgram(['check', file]);
  expect(unclear.code).toBe(6);
  expect(unclear.stdout).toMatch(/^warn machine \(unclear\): /m);
  spoil('p2-after-200.bad', -2);
  const broken = await runProgram(['check', file]);
  expect(broken.code, broken.stdout).toBe(1);
  expect(broken.stderr).toMatch(/not JSON/);
}, 120_000);

test("a run's folder stands for its histories; a hazard of the driver is our own fault", async () => {
  using folder = tempFolder();
  const empty = await runProgram(['check', folder.path]);
  expect(empty.code).toBe(2);
  copyFileSync(fixture('p2-after-200.bad'), join(folder.path, 'history-faults-1-1.ndjson'));
  copyFileSync(fixture('p1-elsewhere-on-404.bad'), join(folder.path, 'history-faults-2-1.ndjson'));
  const both = await runProgram(['check', folder.path]);
  expect(both.code, both.stdout + both.stderr).toBe(1);
  expect(both.stdout).toMatch(/^history-faults-2-1\.ndjson$/m);
  const alone = await runProgram(['check', join(folder.path, 'history-faults-2-1.ndjson')]);
  expect(alone.code).toBe(4);
}, 120_000);

test('a limit of our own leaves undecided what it cuts short', async () => {
  const { code, stdout } = await runProgram(['check', fixture('p2-inside.ok'), '--timeout', '0ms']);
  // Too short for a look at the clock: it is judged to its end.
  expect([0, 6]).toContain(code);
  expect(stdout).toMatch(/^P2 +(holds|undecided)/m);
}, 120_000);
