// Replays the record of a real Toxiproxy 2.12 against our engine, in order: every status, header and byte.

import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package.ts';
import { runToxiproxyServer } from './engine/server.ts';

interface Exchange {
  readonly id: string;
  readonly why: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | null>>;
    readonly body: string;
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: string;
}

/** What our engine answers otherwise than the original unless strict: it refuses what would crash it. */
const REFUSED_UNLESS_STRICT = ['t146', 't160', 't161', 't188'];

for (const strict of [true, false]) {
  test(`the record of a real server, ${strict ? 'strict' : 'as used'}`, async () => {
    const different = await replay(strict);
    expect(different.map(({ id }) => id)).toEqual(strict ? [] : REFUSED_UNLESS_STRICT);
  });
}

async function replay(strict: boolean) {
  await using server = await runToxiproxyServer({
    host: '127.0.0.1',
    port: 0,
    seed: 'golden',
    strict,
  });
  await using world = await placeholders();
  const different: { id: string; expected: Answer; actual: Answer }[] = [];
  const file = join(packageRoot(), 'fixtures', 'toxiproxy', 'toxiproxy-golden.json');
  for (const exchange of JSON.parse(readFileSync(file, 'utf8')) as Exchange[]) {
    const actual = await send(server.port, exchange, world.fill);
    world.learn(exchange.response.body, actual.body);
    const expected = { ...exchange.response, body: world.fill(exchange.response.body) };
    const shown = { ...actual, headers: pick(actual.headers, Object.keys(expected.headers)) };
    if (JSON.stringify(shown) !== JSON.stringify(orderLike(expected))) {
      different.push({ id: exchange.id, expected, actual: shown });
    }
  }
  return different;
}

function orderLike({ status, headers, body }: Answer): Answer {
  return { status, headers, body };
}

function pick(headers: Answer['headers'], names: readonly string[]): Answer['headers'] {
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? null]));
}

/** Ports and addresses behind the record's placeholders; `{{autoN}}` is learnt when it first appears. */
async function placeholders() {
  const values = new Map<string, string>();
  const busy = createServer();
  const free = Array.from({ length: 9 }, () => createServer());
  const ports = await Promise.all([busy, ...free].map(listen));
  await Promise.all(free.map((server) => new Promise((resolve) => server.close(resolve))));
  values.set('busy', String(ports[0]));
  values.set('echo', '127.0.0.1:9');
  for (const [index, port] of ports.slice(1).entries())
    values.set(`port${index + 1}`, String(port));
  return {
    fill: (text: string) => text.replace(/\{\{(\w+)\}\}/g, (all, name) => values.get(name) ?? all),
    learn: (expected: string, actual: string) => {
      for (const [, name] of expected.matchAll(/\{\{(auto\d+)\}\}/g)) {
        const before = expected.slice(0, expected.indexOf(`{{${name}}}`));
        const known = before.replace(/\{\{(\w+)\}\}/g, (all, key) => values.get(key) ?? all);
        const port = /^\d+/.exec(actual.slice(known.length))?.[0];
        if (port !== undefined && !values.has(name!)) values.set(name!, port);
      }
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => busy.close(() => resolve())),
  };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function send(port: number, exchange: Exchange, fill: (text: string) => string): Promise<Answer> {
  const { method, path, headers, body } = exchange.request;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers: { ...headers } });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode!,
          headers: incoming.headers as Record<string, string>,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.end(body === undefined ? undefined : fill(body));
  });
}
