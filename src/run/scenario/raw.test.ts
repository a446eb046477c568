// Raw connections: what is sent byte for byte, what is read, and how its framing is judged.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loadCatalogue } from '../../catalogue/index.ts';
import { createJudge } from '../../check/answer/index.ts';
import type { ApiHost } from './api.ts';
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

interface Opened {
  readonly raw: RawConnection;
  readonly result: ScenarioResult;
  /** Lines of the history. */
  readonly lines: Readonly<Record<string, unknown>>[];
}

/** A raw connection to a server that answers each chunk of bytes as `answer` says. */
async function openTo(
  answer: (bytes: string) => string | undefined,
  then?: 'close',
): Promise<Opened> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = answer(bytes.toString());
      if (text !== undefined) socket.write(text);
      if (then === 'close') socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const catalogue = loadCatalogue();
  const result = { decisions: {}, findings: [], checks: [], exchanges: 0 } as never;
  const lines: Readonly<Record<string, unknown>>[] = [];
  const raw = createRaw({
    scenario: 'contract/test',
    signal: new AbortController().signal,
    ledger: createLedger(result),
    node: { id: 'a', boot: 1, url: `http://127.0.0.1:${port}` },
    workplace: {
      catalogue,
      judge: createJudge(catalogue),
      nextProcess: () => 1,
      target: { limits: { api: 2_000 } },
      rig: { history: { record: (line: Record<string, unknown>) => lines.push(line) } },
    },
  } as unknown as ApiHost);
  onTestFinished(async () => {
    raw.close();
    server.close();
    await once(server, 'close');
  });
  return { raw, result, lines };
}
