// What was recorded is in the file: after a SIGKILL too, and never with a hole after a full disk.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError } from '../core/exit.ts';
import { type HistoryHeader, loadHistory, openHistory, parseHistory } from './index.ts';

const header: HistoryHeader = {
  seed: '1',
  profile: 'documented',
  nodes: ['a'],
  target: 'stub',
  limits: { attach: 1, detach: 1, quiet: 1, api: 1, store: 1, stop: 1 },
  tap: true,
  versions: {},
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('header, numbered lines and a footer that counts them', async () => {
  let now = 1000n;
  const file = join(folder, 'deep', 'run.ndjson');
  const history = openHistory(file, header, { clock: { now: () => now } });
  now = 1250n;
  const told = history.record({ stream: 'process', type: 'spawn', node: 'a', boot: 1, pid: 7 });
  expect(told).toBe(250);
  expect(
    history.record({
      stream: 'proxy',
      type: 'open',
      link: 'client-node',
      node: 'a',
      conn: 'c',
      t: 90,
    }),
  ).toBe(90);
  history.close();
  history.close();
  const { lines, damage } = await loadHistory(file);
  expect(damage).toEqual([]);
  expect(lines.map(({ i, t, type }) => [i, t, type])).toEqual([
    [0, 0, 'header'],
    [1, 250, 'spawn'],
    [2, 90, 'open'],
    [3, 250, 'footer'],
  ]);
  expect(lines[3]).toMatchObject({ lines: { run: 1, process: 1, proxy: 1 } });
  expect(() => history.record({ stream: 'run', type: 'quiet', since: 0 })).toThrow(HarnessError);
});

test('every line that was recorded before a SIGKILL is in the file', async () => {
  const file = join(folder, 'killed.ndjson');
  const writer = new URL('./writer.ts', import.meta.url).href;
  const program = `
    import { openHistory } from ${JSON.stringify(writer)};
    const history = openHistory(${JSON.stringify(file)}, ${JSON.stringify(header)});
    for (let n = 1; ; n += 1) {
      history.record({ stream: 'run', type: 'spoil', tenant: String(n), what: 'x'.repeat(100) });
      if (n === 5000) process.stdout.write('5000');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const { lines, damage } = parseHistory(readFileSync(file));
  expect(lines.length).toBeGreaterThan(5000);
  // A kill may fall into the middle of a write, which then is the last line; the footer is missing in any case.
  expect(damage.at(-1)?.message).toMatch(/no footer/);
  expect(damage.length).toBeLessThanOrEqual(2);
});

test('a full disk: nothing throws while recording, close says it, the file has no hole', () => {
  const file = join(folder, 'full.ndjson');
  let left = 600;
  const history = openHistory(file, header, {
    write(fd, bytes) {
      if (left === 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      const taken = writeSync(fd, bytes, 0, Math.min(bytes.length, left));
      left -= taken;
      return taken;
    },
  });
  for (let n = 0; n < 20; n += 1) history.record({ stream: 'run', type: 'quiet', since: n });
  expect(history.failure?.message).toMatch(/ENOSPC/);
  expect(() => history.close()).toThrow(/full\.ndjson is incomplete: ENOSPC/);
  const { lines, damage } = parseHistory(readFileSync(file));
  expect(readFileSync(file).length).toBe(600);
  expect(lines.map((line) => line.i)).toEqual(lines.map((_, index) => index));
  expect(damage.length).toBe(2);
});

test('a file that can not be created is our own fault', () => {
  expect(() => openHistory(join('/dev/null', 'x.ndjson'), header)).toThrow(HarnessError);
});
