// Bad input: one clear sentence on stderr and the documented exit code, before anything is run.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram, tempFolder } from './program.ts';

test.each<[string, string[], number, RegExp]>([
  ['an unknown scenario', ['run', 'contract/statuz'], 2, /contract\/status/],
  ['an unknown suite', ['run', '--suite', 'contracts'], 2, /"contract"/],
  ['an unknown option', ['run', '--sede', '1'], 2, /--seed/],
  ['an unknown command', ['runn'], 2, /run/],
  ['an unknown id', ['explain', 'atach.202'], 2, /attach\.202/],
  ['an unknown provider', ['run', 'contract/status', '--toxiproxy', 'embeded'], 2, /embedded/],
  ['a shard that is none', ['run', '--shard', '3/2'], 2, /i\/n/],
  ['a missing target file', ['run', '--target', 'no-such.yaml'], 2, /no-such\.yaml/],
  ['a missing document', ['run', '--spec', 'no-such.yaml'], 2, /no-such\.yaml/],
  ['an unknown reporter', ['run', '--reporter', 'jsn'], 2, /json/],
  ['an unknown mutant', ['mutants', 'no-such-mutant'], 2, /No mutant/],
])('%s', async (_, args, code, text) => {
  const finished = await runProgram(args);
  expect(finished.stderr).toMatch(text);
  expect(finished.stderr).not.toMatch(/\n\s+at /);
  expect(finished.code).toBe(code);
});

test('a broken document is told with line and column', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'broken.yaml');
  writeFileSync(file, 'openapi: "3.0.2"\npaths:\n  - : [\n');
  const finished = await runProgram(['run', '--spec', file]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(/broken\.yaml:\d+:\d+/);
});

test('an unknown key of a target file is told with its line and the nearest key', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'target.yaml');
  writeFileSync(file, 'name: x\nkind: url\nurls: [http://127.0.0.1:1]\nlimit: { attach: 1s }\n');
  const finished = await runProgram(['run', '--target', file]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(/target\.yaml:4:\d+/);
  expect(finished.stderr).toMatch(/\blimits\b/);
});

test('an unreachable target is exit 3', async () => {
  using folder = tempFolder();
  const finished = await runProgram([
    ...['run', 'contract/status', '--target', 'http://127.0.0.1:1', '--out', folder.path],
  ]);
  expect(finished.code).toBe(3);
  expect(finished.stderr).toMatch(/127\.0\.0\.1:1/);
});

test('a folder that can not be written is exit 4 before anything is run', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'plain-file');
  writeFileSync(file, '');
  const finished = await runProgram(['run', 'contract/status', '--out', join(file, 'out')]);
  expect(finished.code).toBe(4);
  expect(finished.stderr).not.toMatch(/\[1\//);
});

test('a target with tenants is exit 2 without --allow-data', async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/v1/tenant/' ? '[{"id":"0"}]' : '{"id":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    using folder = tempFolder();
    const finished = await runProgram([
      'run',
      'contract/status',
      '--target',
      url,
      '--out',
      folder.path,
    ]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(/--allow-data/);
  } finally {
    server.close();
  }
});
