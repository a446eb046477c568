// Bad input: one clear sentence on stderr and the documented exit code, before anything is run.

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
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
  ['a port of the store that is none', ['store', '--port', 'abc'], 2, /0 and 65535/],
  ['a port of Toxiproxy that is none', ['toxiproxy', '--port', '70000'], 2, /0 and 65535/],
  ['a missing file of proxies', ['toxiproxy', '--port', '0', '--config', 'no'], 2, /"no"/],
  ['an unknown way to be compatible', ['toxiproxy', '--compat', 'foo'], 2, /strict/],
  ['an unknown option of the reference', ['reference', '--idd', '1'], 2, /--idd/],
])('%s', async (_, args, code, text) => {
  const finished = await runProgram(args);
  expect(finished.stderr).toMatch(text);
  expect(finished.stderr).not.toMatch(/\n\s+at /);
  expect(finished.code).toBe(code);
});

test.each<[string, (port: string, data: string) => string[]]>([
  ['the store', (port) => ['store', '--port', port]],
  ['Toxiproxy', (port) => ['toxiproxy', '--host', '127.0.0.1', '--port', port]],
  [
    'the reference',
    (port, data) => ['reference', '--id', '1', '--listen', `127.0.0.1:${port}`, '--data', data],
  ],
])('a port that is taken is exit 2 in one line: %s', async (_, args) => {
  using folder = tempFolder();
  await using other = await serve(() => {});
  const finished = await runProgram(args(new URL(other.url).port, folder.path));
  expect(finished.stderr).toMatch(/^.*(EADDRINUSE|in use).*\n$/);
  expect(finished.code).toBe(2);
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
  expect(finished.stderr).toMatch(/target\.yaml:4: /);
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

test.skipIf(process.platform !== 'linux')(
  'so is one where no folder can be made at all',
  async () => {
    const finished = await runProgram(['run', 'contract/status', '--out', '/proc/psc/out']);
    expect(finished.code).toBe(4);
    expect(finished.stderr).toMatch(/\/proc\/psc\/out/);
  },
);

test('a user that is not there, or that we may not become, is exit 2', async () => {
  using folder = tempFolder();
  const file = join(folder.path, 'target.yaml');
  writeFileSync(file, 'name: x\nkind: process\ncommand: [sleep, "9"]\nuser: psc-nobody-here\n');
  const finished = await runProgram(['run', 'contract/status', '--target', file]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(/^error: .*psc-nobody-here.*\n$/);
});

test.each<[string, number, string, RegExp]>([
  ['with tenants', 200, '[{"id":"0"}]', /holds 1 tenants.*--allow-data/],
  ['whose list asks for a token', 401, '{"msg":"no"}', /status 401.*privateKeyFile.*--allow-data/],
  ['whose list fails', 500, '{"msg":"no"}', /status 500.*--allow-data/],
  ['whose list is none', 200, '{"id":1}', /no list.*--allow-data/],
])('a target %s is exit 2 without --allow-data', async (_, status, list, text) => {
  await using server = await serve((request, response) => {
    const isList = request.url === '/v1/tenant/';
    response.writeHead(isList ? status : 200, { 'content-type': 'application/json' });
    response.end(isList ? list : '{"id":1}');
  });
  using folder = tempFolder();
  const args = ['run', 'contract/status', '--target', server.url, '--out', folder.path];
  const finished = await runProgram(args);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(text);
  const allowed = await runProgram([...args, '--allow-data']);
  expect(allowed.code, allowed.stderr).toBe(0);
});

test("the list of a target's tenants is asked for with the user's key", async () => {
  using folder = tempFolder();
  const key = join(folder.path, 'key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await using server = await serve((request, response) => {
    const isRefused = request.url === '/v1/tenant/' && !request.headers.authorization;
    response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
    response.end(request.url === '/v1/tenant/' ? '[{"id":"0"},{"id":"1"}]' : '{"id":1}');
  });
  const file = join(folder.path, 'target.yaml');
  const auth = `auth: { kind: jwt, privateKeyFile: ${JSON.stringify(key)} }`;
  writeFileSync(file, `name: x\nkind: url\nurls: [${server.url}]\n${auth}\n`);
  const finished = await runProgram(['run', 'contract/status', '--target', file]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toMatch(/holds 2 tenants/);
});

test('a target that takes connections and never answers is exit 3 within seconds', async () => {
  await using server = await serve(() => {});
  const finished = await runProgram(['run', 'contract/status', '--target', server.url]);
  expect(finished.code).toBe(3);
  expect(finished.stderr).toMatch(/no answer within 1 s/);
});

async function serve(answer: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
