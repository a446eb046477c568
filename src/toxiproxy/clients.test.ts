// Toxiproxy's clients work with our engine unchanged: the Node client, and the official Go client as its own
// command line uses it (where Go is installed).

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Toxiproxy } from 'toxiproxy-node-client';
import { expect, test } from 'vitest';
import { EngineBench } from './testing/engine.ts';

const run = promisify(execFile);

test('the Node client', async () => {
  await using bench = await EngineBench.start();
  const toxiproxy = new Toxiproxy(bench.apiUrl);
  expect(JSON.parse(await toxiproxy.getVersion())).toEqual({ version: '2.12.0' });
  const proxy = await toxiproxy.createProxy({
    name: 'node',
    listen: '127.0.0.1:0',
    upstream: bench.upstream.address,
  });
  const toxic = await proxy.addToxic({
    name: 'slow',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: { latency: 30, jitter: 0 },
  });
  const { client, node } = await bench.connect(proxy.listen);
  const startedAt = performance.now();
  node.send('late');
  await client.gets('late');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  await toxic.remove();
  const disabled = await proxy.update({
    enabled: false,
    listen: proxy.listen,
    upstream: proxy.upstream,
  });
  expect(disabled.enabled).toBe(false);
  await client.ends('fin');
  await toxiproxy.reset();
  expect((await toxiproxy.get('node')).enabled).toBe(true);
  expect(Object.keys((await toxiproxy.getAll()) ?? {})).toEqual(['node']);
  await disabled.remove();
  await expect(toxiproxy.get('node')).rejects.toThrow('404');
});

test('the Go client, through the official command line', { timeout: 300_000 }, async () => {
  const program = await goCli();
  if (program === undefined) {
    process.stderr.write('Go client left out: Go is not installed\n');
    return;
  }
  await using bench = await EngineBench.start();
  const cli = async (...args: string[]): Promise<string> =>
    (await run(program, ['-h', bench.apiUrl, ...args])).stdout;
  await cli('create', '-l', '127.0.0.1:0', '-u', bench.upstream.address, 'go');
  await cli('toxic', 'add', '-t', 'latency', '-a', 'latency=25', '-a', 'jitter=5', 'go');
  expect(await cli('inspect', 'go')).toMatch(/latency_downstream.*jitter=5.*latency=25/s);
  await cli('toxic', 'update', '-n', 'latency_downstream', '-a', 'latency=50', 'go');
  expect(await cli('inspect', 'go')).toContain('latency=50');
  await cli('toggle', 'go');
  expect(await cli('list')).toMatch(/go.*disabled/s);
  await cli('toxic', 'remove', '-n', 'latency_downstream', 'go');
  await cli('delete', 'go');
  expect(await cli('list')).not.toContain('disabled');
  await expect(cli('inspect', 'go')).rejects.toThrow();
});

/** The official command line, built once; undefined without Go. */
async function goCli(): Promise<string | undefined> {
  const folder = join(tmpdir(), 'pageserver-conformance-toxiproxy-2.12.0');
  const program = join(folder, 'cli');
  if (existsSync(program)) return program;
  try {
    await run('go', ['version']);
  } catch {
    return undefined;
  }
  await run('go', ['install', 'github.com/Shopify/toxiproxy/v2/cmd/cli@v2.12.0'], {
    env: { ...process.env, GOBIN: folder },
  });
  return program;
}
