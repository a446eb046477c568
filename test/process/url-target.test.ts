// Targets that run already, as a vendor tries them first: the reference by its address, behind a server that closes each
// connection without a word, and with the tenants of others coming and going.

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { runProgram, startProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from '../providers/outcome.ts';

const LIMIT = { timeout: 300_000 };

test(
  'the reference is conformant by its address, and is left without a tenant',
  LIMIT,
  async () => {
    using folder = tempFolder();
    await using reference = await startReference(folder.path);
    const out = join(folder.path, 'out');
    const args = ['run', 'contract/*', '--target', reference.url, '--out', out];
    const finished = await runProgram(args);
    expect(finished.code, finished.stdout).toBe(0);
    expect(await (await fetch(`${reference.url}/v1/tenant/`)).json()).toEqual([]);
    const again = await runProgram([...args.with(1, 'contract/status'), '--workers', '2']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/one worker instead of 2/);
  },
);

test('a server that closes each connection after its answer is conformant too', LIMIT, async () => {
  using folder = tempFolder();
  await using reference = await startReference(folder.path);
  await using closing = await startCloser(reference.url);
  const out = join(folder.path, 'out');
  const finished = await runProgram(['run', 'contract/*', '--target', closing.url, '--out', out]);
  expect(finished.code, finished.stdout).toBe(0);
  const verdicts = readOutcome(out).scenarios.map(({ verdict }) => verdict);
  expect(new Set(verdicts)).toEqual(new Set(['pass', 'unsupported']));
});

test("others' tenants may come and go, and are not evicted from", LIMIT, async () => {
  using folder = tempFolder();
  await using reference = await startReference(folder.path);
  const kept = 'f'.repeat(32);
  await post(`${reference.url}/v1/tenant/`, { new_tenant_id: kept });
  await using _ = comeAndGo(reference.url);
  const out = join(folder.path, 'out');
  const scenarios = [
    ...['contract/tenant-list', 'contract/tenant-create', 'contract/http/m*', 'contract/auth/open'],
    ...['contract/meaning/*', 'contract/eviction-run', 'contract/requests/bodies'],
  ];
  await using watched = await startCloser(reference.url);
  const target = ['--target', watched.url, '--out', out];
  const refused = await runProgram(['run', ...scenarios, ...target]);
  expect(refused.code, refused.stderr).toBe(2);
  const finished = await runProgram(['run', ...scenarios, ...target, '--allow-data']);
  expect(finished.code, finished.stdout).toBe(0);
  const { scenarios: results, requirements } = readOutcome(out);
  const verdictOf = new Map(results.map(({ id, verdict }) => [id, verdict]));
  expect(verdictOf.get('contract/eviction-run')).toBe('unsupported');
  expect(verdictOf.get('contract/auth/open')).toBe('pass');
  const eviction = requirements.filter(({ id }) => /eviction/.test(id));
  expect(new Set(eviction.map(({ verdict }) => verdict))).toEqual(new Set(['unsupported']));
  const left = (await (await fetch(`${reference.url}/v1/tenant/`)).json()) as { id: string }[];
  expect(left.map(({ id }) => id)).toContain(kept);
  expect(watched.seen.filter((one) => one.startsWith('PUT /v1/disk_usage_eviction'))).toEqual([]);
});

interface Running extends AsyncDisposable {
  readonly url: string;
}

async function startReference(folder: string): Promise<Running> {
  const data = join(folder, 'data');
  mkdirSync(data);
  const args = ['reference', '--id', '1', '--listen', '127.0.0.1:0', '--data', data];
  const { child, finished } = startProgram(args);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return {
    url: /http:\S+/.exec(line)![0],
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await finished;
    },
  };
}

/** Hands requests on, and ends each connection when its answer is out, which it does not announce. */
async function startCloser(upstream: string): Promise<Running & { readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    // What is malformed, or whose caller is gone, is cut off.
    handOn(upstream, request, response).catch(() => response.socket?.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handOn(
  upstream: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const { method, url, headers } = request;
  const onward = httpRequest(upstream, { method, path: url, headers, agent: false });
  onward.end(body);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const answered = await readAll(answer);
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
  response.writeHead(answer.statusCode!, kept);
  response.end(answered, () => response.socket?.destroy());
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Somebody else's tenants: one after the other is created and detached. */
function comeAndGo(url: string): AsyncDisposable {
  let isOver = false;
  const going = (async () => {
    for (let count = 1; !isOver; count += 1) {
      const id = count.toString(16).padStart(32, 'e');
      await post(`${url}/v1/tenant/`, { new_tenant_id: id });
      await new Promise((resolve) => setTimeout(resolve, 5));
      await post(`${url}/v1/tenant/${id}/detach`);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await going;
    },
  };
}

async function post(url: string, body?: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await answer.arrayBuffer();
}
