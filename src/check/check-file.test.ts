// Files are judged while they are read, and come to the verdict of the whole.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package.ts';
import type { HistoryLine } from '../history/index.ts';
import { checkFile, checkHistory, PROPERTIES } from './index.ts';

const fixture = (name: string): string =>
  join(packageRoot(), 'fixtures', 'histories', `${name}.ndjson`);

const linesOf = (name: string): HistoryLine[] =>
  readFileSync(fixture(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test.each(['p2-lost-200.bad', 'p8-move.ok', 'machine-pending.ok'])('%s', async (name) => {
  const { report, damage, header } = await checkFile(fixture(name));
  expect(damage).toEqual([]);
  expect(header?.target).toContain('hand-made');
  expect(report).toEqual(await checkHistory(linesOf(name)));
});

test('lines that come far later than usual are judged at their own time', async () => {
  const [header, ...rest] = linesOf('p2-lost-200.bad');
  const footer = rest.pop()!;
  // The proxy's lines are all recorded a minute after the others' last one.
  const proxy = rest.filter(({ stream }) => stream === 'proxy');
  const others = rest.filter(({ stream }) => stream !== 'proxy');
  const quiet = { t: 60e9, stream: 'run', type: 'quiet', since: 0 } as unknown as HistoryLine;
  const lines = [header!, ...others, quiet, ...proxy, footer].map((line, i) => ({ ...line, i }));
  const last = { ...lines.at(-1)!, t: 61e9 } as { lines: Record<string, number> } & HistoryLine;
  last.lines.run = 2;
  const folder = mkdtempSync(join(tmpdir(), 'psc-check-'));
  try {
    const file = join(folder, 'late.ndjson');
    const all = [...lines.slice(0, -1), last];
    writeFileSync(file, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { report, damage } = await checkFile(file);
    expect(damage).toEqual([]);
    expect(report.damaged).toBeUndefined();
    const whole = await checkHistory(all);
    for (const id of PROPERTIES) expect(report.properties[id]).toEqual(whole.properties[id]);
    expect(report.properties.P2.outcome).toBe('violated');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('limits of the caller replace the usual ones', async () => {
  const file = fixture('p2-inside.ok');
  // Too few lines for a look at the limits: the end is reached before.
  expect((await checkFile(file, { timeoutMs: 0 })).report.properties.P2.outcome).toBe('holds');
});
