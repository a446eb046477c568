// A Toxiproxy that somebody else runs: ours as a server of its own does, nothing and something else do not.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { runProgram, startProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from './outcome.ts';

const SCENARIO = 'flows/detach/of-unknown';

test('a running server is used in full, and left as it was', { timeout: 120_000 }, async () => {
  using folder = tempFolder();
  const server = startProgram(['toxiproxy', '--port', '0']);
  try {
    const lines = createInterface({ input: server.child.stdout! });
    const [url] = (await once(lines, 'line')) as [string];
    await runProgram(['run', SCENARIO, '--toxiproxy', url, '--out', folder.path]);
    const { context, scenarios } = readOutcome(folder.path);
    expect(context.toxiproxy).toMatchObject({ provider: 'url', missing: [] });
    expect(scenarios.map(({ verdict }) => verdict)).toEqual(['pass']);
    expect(await (await fetch(`${url}/proxies`)).json()).toEqual({});
  } finally {
    server.child.kill('SIGTERM');
    await server.finished;
  }
});

test('nothing at the URL is exit 3 in one sentence, before anything is started', {
  timeout: 120_000,
}, async () => {
  using folder = tempFolder();
  const options = ['--toxiproxy', 'http://127.0.0.1:1', '--out', folder.path];
  const finished = await runProgram(['run', SCENARIO, ...options]);
  expect(finished.code).toBe(3);
  expect(finished.stderr).toBe(
    'error: No Toxiproxy can be reached at http://127.0.0.1:1 (ECONNREFUSED).\n',
  );
});

test('a server that is no Toxiproxy is exit 3 in one sentence', { timeout: 120_000 }, async () => {
  await using other = await serve((_, response) => response.end('{"hello":"world"}'));
  const finished = await runProgram(['run', SCENARIO, '--toxiproxy', other.url]);
  expect(finished.code).toBe(3);
  expect(finished.stderr).toMatch(/^error: What answers at \S+ is not a Toxiproxy: .*\n$/);
});

test('a Toxiproxy that is gone when the rig needs it is exit 3, never a verdict', {
  timeout: 120_000,
}, async () => {
  let asked = 0;
  await using other = await serve((request, response) => {
    if (request.url === '/version') asked += 1;
    if (asked > 1) response.socket?.destroy();
    else response.end(request.url === '/version' ? '{"version":"2.12.0"}' : '{}');
  });
  using folder = tempFolder();
  const options = ['--toxiproxy', other.url, '--out', folder.path];
  const finished = await runProgram(['run', SCENARIO, ...options]);
  expect(finished.stdout).not.toMatch(/^CONFORMANT/m);
  expect(finished.stdout).toContain(`No Toxiproxy can be reached at ${other.url}`);
  expect(finished.code).toBe(3);
});

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
