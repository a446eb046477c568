// Each way to get a Toxiproxy, each sentence that a wrong one gets, and that no engine outlives its parent.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runToxiproxyServer } from '../engine/server.ts';
import { realServerProgram } from '../testing/real-server.ts';
import { engineProgram } from './embedded.ts';
import { openToxiproxy, parseProvider } from './open.ts';

const BASE = { seed: '1', run: 'test' } as const;

test('auto is the embedded engine, with every capability', async () => {
  await using toxiproxy = await openToxiproxy({
    ...BASE,
    kind: 'auto',
    env: { PATH: process.env.PATH },
  });
  expect(toxiproxy).toMatchObject({ provider: 'embedded', version: '2.12.0' });
  expect(toxiproxy.capabilities).toContain('conformance.hold');
  const answer = await fetch(`${toxiproxy.apiUrl}/proxies`);
  expect(await answer.json()).toEqual({});
});

test('auto takes the URL of a running server, and asks what it can do', async () => {
  await using server = await runToxiproxyServer({ host: '127.0.0.1', port: 0 });
  const env = { TOXIPROXY_URL: `http://127.0.0.1:${server.port}/` };
  await using toxiproxy = await openToxiproxy({ ...BASE, kind: 'auto', env });
  expect(toxiproxy).toMatchObject({ provider: 'url', apiUrl: `http://127.0.0.1:${server.port}` });
  expect(toxiproxy.capabilities).toContain('conformance.trigger');
});

test('a real server lacks the capabilities', async () => {
  const program = await realServerProgram();
  if (program === undefined) {
    process.stderr.write(
      'binary provider left out: Go is not installed, so there is no real server\n',
    );
    return;
  }
  const env = { ...process.env, TOXIPROXY_SERVER: program };
  await using toxiproxy = await openToxiproxy({ ...BASE, kind: 'binary', env });
  expect(toxiproxy.provider).toBe('binary');
  expect([...toxiproxy.capabilities]).toEqual([]);
});

test('what is wrong gets one sentence and its exit code', async () => {
  await using other = await strangeServer();
  const env = { PATH: '/nowhere' };
  const cases = [
    [() => parseProvider('embeded'), 2, 'Did you mean "embedded"?'],
    [() => openToxiproxy({ ...BASE, kind: 'url', url: 'nonsense' }), 2, 'not an http URL'],
    [() => openToxiproxy({ ...BASE, kind: 'url', url: 'http://127.0.0.1:1' }), 3, 'ECONNREFUSED'],
    [() => openToxiproxy({ ...BASE, kind: 'url', url: other.url }), 3, 'is not a Toxiproxy'],
    [() => openToxiproxy({ ...BASE, kind: 'binary', env }), 2, 'no toxiproxy-server on PATH'],
    [
      () => openToxiproxy({ ...BASE, kind: 'binary', env: { TOXIPROXY_SERVER: '/nowhere' } }),
      2,
      'TOXIPROXY_SERVER names',
    ],
    [() => runToxiproxyServer({ host: '127.0.0.1', port: other.port }), 3, 'the port is in use'],
  ] as const;
  for (const [open, exitCode, text] of cases) {
    const failure = await refusal(open);
    expect(failure?.message).toContain(text);
    expect(failure?.message).not.toContain('\n');
    expect(failure?.exitCode).toBe(exitCode);
  }
});

test.for(['embedded', 'binary'])('%s: the server ends when its parent is killed', async (kind) => {
  const program = kind === 'binary' ? await realServerProgram() : '';
  if (program === undefined) {
    process.stderr.write('binary provider left out: Go is not installed\n');
    return;
  }
  const open = fileURLToPath(new URL('./open.ts', import.meta.url));
  const script = `
    const { openToxiproxy } = await import(${JSON.stringify(open)});
    const toxiproxy = await openToxiproxy({ kind: '${kind}', seed: '1', run: 'test' });
    console.log(toxiproxy.pid + ' ' + toxiproxy.apiUrl);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TOXIPROXY_SERVER: program },
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const [pid, apiUrl] = line.toString().trim().split(' ') as [string, string];
  expect(isAlive(Number(pid))).toBe(true);
  expect((await fetch(`${apiUrl}/version`)).status).toBe(200);
  parent.kill('SIGKILL');
  const deadline = performance.now() + 5_000;
  const isGone = async (): Promise<boolean> =>
    !isAlive(Number(pid)) &&
    (await fetch(`${apiUrl}/version`).catch(() => undefined)) === undefined;
  while (!(await isGone()) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await isGone()).toBe(true);
});

test('as a process it tells its address, and a wrong flag in one sentence', async () => {
  for (const [flag, text] of [
    ['--port=99999', '--port must be a number'],
    ['--compat=loose', '--compat knows only "strict"'],
    ['--nonsense', '--nonsense'],
  ]) {
    const child = spawn(process.execPath, [engineProgram(), flag!], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, Buffer.concat(said).toString()]).toEqual([2, expect.stringContaining(text!)]);
  }
});

async function refusal(open: () => unknown): Promise<(Error & { exitCode?: number }) | undefined> {
  try {
    await open();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function strangeServer() {
  const server = createServer((_, response) => response.end('{"hello":"world"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
