// The published package: packed, installed into an empty folder outside the repository, and run from there.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../tidy/sources.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-package-'));
  const listed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { filename } = (
    JSON.parse(listed.slice(listed.indexOf('['))) as { filename: string }[]
  )[0]!;
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const flags = ['--no-audit', '--no-fund', '--omit=dev', '--prefer-offline'];
  execFileSync('npm', ['install', ...flags, join(folder, filename)], {
    cwd: folder,
    stdio: 'ignore',
  });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds compiled files, and neither tests nor sources', () => {
  const installed = join(folder, 'node_modules', 'pageserver-conformance');
  expect(existsSync(join(installed, 'dist', 'src', 'cli', 'main.js'))).toBe(true);
  expect(existsSync(join(installed, 'dist', 'suites', 'contract', 'status.suite.js'))).toBe(true);
  expect(existsSync(join(installed, 'spec', 'openapi.yaml'))).toBe(true);
  expect(existsSync(join(installed, 'src'))).toBe(false);
  expect(existsSync(join(installed, 'dist', 'test'))).toBe(false);
});

test('the launcher of the repository can be started by npx, which links to it', () => {
  for (const name of ['pageserver-conformance', 'pageserver-conformance.js']) {
    expect(statSync(join(root(), 'bin', name)).mode & 0o111).toBe(0o111);
  }
});

test('runs a scenario against the bundled reference and leaves its result', () => {
  const bin = join(folder, 'node_modules', '.bin', 'pageserver-conformance');
  const summary = execFileSync(bin, ['run', 'contract/status', '--out', 'out'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(summary).toMatch(/^CONFORMANT/m);
  const result = JSON.parse(readFileSync(join(folder, 'out', 'result.json'), 'utf8'));
  expect(result.exitCodes).toEqual([0]);
  expect(result.scenarios[0]).toMatchObject({ id: 'contract/status', verdict: 'pass' });
}, 120_000);
