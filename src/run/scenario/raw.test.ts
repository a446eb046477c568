// Raw connections: what is sent byte for byte, what is read, and how its framing is judged.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loadCatalogue } from '../../catalogue/index.ts';
import { createJudge } from '../../check/answer/index.ts';
import { UndecidedError } from '../../core/exit.ts';
import type { ApiHost } from './api.ts';
import type { ConnectionHabits } from './dropped.ts';
import { createLedger } from './ledger.ts';
import { createRaw, type RawConnection } from './raw.ts';
import type { ScenarioResult } from './result.ts';

const RIGHT =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{"id":1}';

test('judges a right answer without a word, and reads it whole', async () => {
  const { raw, result, lines } = await openTo(() => RIGHT);
  const came = await raw.call('status', { until: 'answer' });
  expect(came.answer.status).toBe(200);
  expect(came.answer.problems).toEqual([]);
  expect(came.findings).toEqual([]);
  expect(result.findings).toEqual([]);
  expect(result.exchanges).toBe(1);
  expect(lines.map(({ type }) => type)).toEqual(['invoke', 'ok']);
});

test('tells a body that is shorter than its length', async () => {
  const { raw, result } = await openTo(() => RIGHT.replace('length: 8', 'length: 9'), 'close');
  const came = await raw.call('status');
  expect(came.findings.map(({ requirement }) => requirement)).toEqual(['framing.length']);
  expect(result.findings).toHaveLength(1);
});

test('keeps the connection for the next request, and sees what follows an answer', async () => {
  let answered = 0;
  const { raw } = await openTo(() => {
    answered += 1;
    return answered === 1 ? RIGHT : `junk${RIGHT}`;
  });
  const first = await raw.call('status', { until: 'answer' });
  expect(first.ended).toBe('open');
  const second = await raw.call('status', { until: 'answer', timeoutMs: 100 });
  expect(second.findings).toEqual([]);
  expect(second.answer.problems.map(({ kind }) => kind)).toEqual(['head']);
});

test('sends bytes as they are, judges nothing, and says when nobody answered', async () => {
  const got: string[] = [];
  const { raw, result, lines } = await openTo((bytes) => {
    got.push(bytes);
    return undefined;
  }, 'close');
  const came = await raw.send({ method: 'GET', bytes: 'NO\0 HTTP\r\n\r\n' });
  expect(got).toEqual(['NO\0 HTTP\r\n\r\n']);
  expect(came.answer.status).toBeUndefined();
  expect(result.findings).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ type: 'fail' });
});

test('a detach of an ignored tenant is recorded as one', async () => {
  const { raw, lines } = await openTo(() => 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  const tenant = 'AB'.repeat(16);
  await raw.call('detach', { tenant, query: { detach_ignored: 'true' }, until: 'answer' });
  expect(lines[0]).toMatchObject({ op: 'detach', tenant: tenant.toLowerCase(), ignored: true });
});

test('what HEAD is answered is not for the document to say, only that it has no body', async () => {
  for (const status of ['200 OK', '404 Not Found', '405 Not Allowed', '501 Not Implemented']) {
    const { raw, result, lines } = await openTo(
      () => `HTTP/1.1 ${status}\r\ncontent-length: 8\r\n\r\n`,
    );
    const came = await raw.call('tenant_status', { method: 'HEAD', until: 'answer' });
    expect(came.findings).toEqual([]);
    expect(result.findings).toEqual([]);
    // A HEAD answered 404 says nothing of the tenant.
    expect(lines[0]).toMatchObject({ op: 'other' });
  }
  const { raw } = await openTo(() => RIGHT);
  const came = await raw.call('status', { method: 'HEAD' });
  expect(came.findings.map(({ requirement }) => requirement)).toEqual(['framing.no-body']);
});

test('a connection that was closed after an answer is not held against the next request', async () => {
  let asked = 0;
  const { raw, result, lines, connections } = await openTo((bytes) => {
    if (bytes.includes('/ready')) return RIGHT;
    asked += 1;
    return asked === 2 ? 'close' : RIGHT;
  });
  for (let count = 1; count <= 3; count += 1) {
    const came = await raw.call('status', { until: 'answer' });
    expect(came.answer.status).toBe(200);
  }
  expect(result.findings).toEqual([]);
  expect(asked).toBe(4);
  expect(lines.filter(({ type }) => type === 'invoke')).toHaveLength(4);
  expect(connections.closesUnannounced).toBe(true);
});

test('a request that is closed upon each time has no answer; what a first copy may have done is undecided', async () => {
  const silent = await openTo((bytes) => (bytes.includes('/ready') ? RIGHT : 'close'));
  const came = await silent.raw.call('status');
  expect([came.bytes.length, came.answer.status]).toEqual([0, undefined]);
  let posts = 0;
  const { raw } = await openTo((bytes) => {
    if (!bytes.startsWith('POST')) return RIGHT;
    posts += 1;
    return posts === 1 ? 'close' : 'HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n';
  });
  await expect(raw.call('attach', { tenant: 'ab'.repeat(16) })).rejects.toThrow(UndecidedError);
});

test('whoever waits for more gets the end of the request, and is heard once more', async () => {
  const { raw } = await openTo(() => undefined, undefined, 'HTTP/1.1 200 OK\r\n\r\n');
  const send = { method: 'GET', bytes: 'GET /', timeoutMs: 50 } as const;
  expect((await raw.send(send)).answer.status).toBeUndefined();
  expect((await raw.send({ ...send, finish: true })).answer.status).toBe(200);
});

interface Opened {
  readonly raw: RawConnection;
  readonly result: ScenarioResult;
  /** Lines of the history. */
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly connections: ConnectionHabits;
}

/** A raw connection to a server that answers each chunk of bytes as `answer` says; `close`: it ends the connection instead. */
async function openTo(
  answer: (bytes: string) => string | undefined,
  then?: 'close',
  /** Said when the other side has ended. */
  farewell?: string,
): Promise<Opened> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('end', () => socket.end(farewell ?? ''));
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = answer(bytes.toString());
      if (text === 'close') socket.end();
      else if (text !== undefined) socket.write(text);
      if (then === 'close') socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const catalogue = loadCatalogue();
  const result = { decisions: {}, findings: [], checks: [], exchanges: 0 } as never;
  const lines: Readonly<Record<string, unknown>>[] = [];
  const connections: ConnectionHabits = { closesUnannounced: false };
  const raw = createRaw({
    scenario: 'contract/test',
    signal: new AbortController().signal,
    ledger: createLedger(result),
    node: { id: 'a', boot: 1, url: `http://127.0.0.1:${port}` },
    workplace: {
      catalogue,
      judge: createJudge(catalogue),
      nextProcess: () => 1,
      connections,
      target: { limits: { api: 2_000 }, ready: { path: '/ready' } },
      rig: { history: { record: (line: Record<string, unknown>) => lines.push(line) } },
    },
  } as unknown as ApiHost);
  onTestFinished(async () => {
    raw.close();
    server.close();
    await once(server, 'close');
  });
  return { raw, result, lines, connections };
}
