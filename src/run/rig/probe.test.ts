// A capability that is declared and not there is found, one that is there is not lost.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../core/package.ts';
import { loadTarget, parseTarget, referenceProgram } from '../../target/index.ts';
import { probeTarget, withoutMissing } from './index.ts';
import { smallDiskFault } from './small-disk.ts';

const stub = join(packageRoot(), 'fixtures', 'targets', 'stub-pageserver.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = () => ({
  seed: '1',
  profile: 'documented' as const,
  runId: `probe-test-${process.pid}`,
  outDir: folder,
  tempDir: folder,
});
const stubTarget = (mode: string, capabilities = '') =>
  parseTarget(
    'stub.yaml',
    `name: stub\nkind: process\ncommand: ["{suite.node}", ${JSON.stringify(stub)}, "{node.host}:{node.port}", "{store.endpoint}"]\nenv: { STUB_MODE: ${mode} }\nlimits: { store: 200ms }\ncapabilities: {${capabilities}}`,
    {},
  );

test.each([
  ['serve', 'tap: false, data-dir: false', {}],
  ['serve', 'tap: false', { 'data-dir': expect.stringContaining('nothing in {node.dir}') }],
  ['serve', 'data-dir: false', { tap: expect.stringContaining('nothing had been written') }],
  ['once', 'tap: false', { restart: expect.stringContaining('exited with code 4') }],
  [
    'wrapper',
    'tap: false, data-dir: false',
    { pause: 'a node that got SIGSTOP went on answering' },
  ],
])('a stub that can %s, declared {%s}', async (mode, capabilities, missing) => {
  const target = stubTarget(mode, capabilities);
  const found = await probeTarget(target, run());
  expect(found).toEqual(missing);
  const left = withoutMissing(target, found);
  for (const name of Object.keys(missing)) expect(left.capabilities).toHaveProperty(name, false);
  expect(left.capabilities).toMatchObject({ auth: false, 'two-nodes': true });
});

test('only what is asked for is tried out', async () => {
  const restart = await probeTarget(stubTarget('once'), run(), { only: ['restart'] });
  expect(Object.keys(restart)).toEqual(['restart']);
  const data = await probeTarget(stubTarget('serve'), run(), { only: ['data-dir'] });
  expect(Object.keys(data)).toEqual(['data-dir']);
});

test('the reference has all that its file says', async () => {
  const target = await loadTarget(undefined, {});
  expect(existsSync(referenceProgram())).toBe(true);
  // Only root on Linux can mount a small disk.
  const missing = smallDiskFault() === undefined ? {} : { 'small-disk': expect.any(String) };
  expect(await probeTarget(target, run())).toEqual(missing);
  expect(Object.values(target.capabilities)).not.toContain(false);
});

test('the reference without tokens too', async () => {
  const missing = smallDiskFault() === undefined ? {} : { 'small-disk': expect.any(String) };
  const file = join(packageRoot(), 'fixtures', 'targets', 'reference-open.yaml');
  expect(await probeTarget(await loadTarget(file, {}), run())).toEqual(missing);
});

test('a URL is not probed', async () => {
  expect(await probeTarget(await loadTarget('http://127.0.0.1:1', {}), run())).toEqual({});
});

const dialectTarget = async (flag: string) => {
  const target = await loadTarget(undefined, {});
  if (target.kind !== 'process') throw new Error('the reference is started by us');
  return { ...target, state: 'auto' as const, command: [...target.command, flag] };
};

test.each([
  ['--state-dialect=none', { state: expect.stringContaining('its status showed no state') }],
  ['--state-dialect=string', {}],
  ['--layout=strange', { layout: expect.stringContaining('no object named index_part.json') }],
  ['--layout=bare', {}],
])('the reference with %s', async (flag, missing) => {
  expect(await probeTarget(await dialectTarget(flag), run())).toEqual(missing);
});
