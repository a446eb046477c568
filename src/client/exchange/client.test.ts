// The recorded client against a scripted node: what goes out, what is recorded, and that nothing is ever sent twice.

import { expect, test } from 'vitest';
import { HarnessError } from '../../core/exit.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { createLineValidator } from '../../history/index.ts';
import { startScript } from '../testing/script-server.ts';
import { type ClientOptions, openClient, type SendOptions } from './client.ts';

const attach = { operation: 'attach', method: 'POST', path: '/v1/tenant/ab/attach' } as const;

function clientOf(url: string, options: Partial<ClientOptions> = {}) {
  const events: HistoryEvent[] = [];
  const sink = { record: (event: HistoryEvent) => events.push(event) };
  const client = openClient({ url, sink, node: 'a', boot: 1, proc: 3, ...options });
  const send = (more: Partial<SendOptions> = {}) =>
    client.send({ ...attach, timeoutMs: 2_000, ...more });
  return { events, client, send };
}

test('records the invocation before the request arrives and the completion after the answer', async () => {
  const seen: HistoryEvent[][] = [];
  const state: { events: HistoryEvent[] } = { events: [] };
  await using server = await startScript(() => {
    seen.push([...state.events]);
    return { status: 202 };
  });
  const { client, events, send } = clientOf(server.url, { scenario: 's' });
  await using _ = client;
  state.events = events;
  await send({ tenant: 'ab' });
  expect(seen[0]).toMatchObject([{ type: 'invoke', op: 'attach', call: 'c3.1', tenant: 'ab' }]);
  expect(events).toMatchObject([{}, { type: 'ok', status: 202, call: 'c3.1', scenario: 's' }]);
  const valid = createLineValidator();
  for (const [i, event] of events.entries()) {
    expect(valid({ i, t: i, ...event }), JSON.stringify(event)).not.toHaveProperty('message');
  }
});

test('sends path, headers and body as they are, and names the call', async () => {
  await using server = await startScript(() => ({ status: 200 }));
  const { client, send } = clientOf(server.url, { tokenFor: (operation) => `t-${operation}` });
  await using _ = client;
  const headers = [
    ['x-One', '1'],
    ['x-one', '2'],
  ] as const;
  const exchange = await send({
    path: '/v1/../%7e//x?a=1&a=2',
    headers,
    body: '{',
    method: 'PROPFIND',
  });
  const [asked] = server.asked;
  expect(asked).toMatchObject({ url: '/v1/../%7e//x?a=1&a=2', body: '{', method: 'PROPFIND' });
  const sent = asked!.rawHeaders.join('|');
  expect(sent).toContain('x-One|1|x-one|2|authorization|Bearer t-attach|x-request-id|c3.1');
  expect(sent).not.toContain('content-type');
  expect(exchange.request.url).toBe(`${server.url}/v1/../%7e//x?a=1&a=2`);
  await send({ token: null });
  expect(server.asked[1]!.rawHeaders.join('|')).not.toContain('authorization');
});

test('keeps one connection, and HEAD and OPTIONS have answers too', async () => {
  await using server = await startScript(() => ({ status: 200, json: { id: 1 } }));
  const { client, send } = clientOf(server.url);
  await using _ = client;
  await send();
  await send({ method: 'OPTIONS' });
  const head = await send({ method: 'HEAD', operation: 'status' });
  expect(head.response).toMatchObject({ status: 200 });
  expect(head.response!.body.length).toBe(0);
  expect(new Set(server.asked.map((asked) => asked.socket)).size).toBe(1);
});

test.each([
  ['hang', { type: 'info', error: 'timeout', phase: 'wait' }],
  ['reset', { type: 'info', phase: 'wait' }],
  [{ raw: 'HTTP/1.1 20' }, { type: 'info' }],
  [
    { raw: 'HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\nab' },
    { type: 'ok', status: 202, phase: 'body' },
  ],
  [
    { raw: 'HTTP/1.1 404 Gone\r\ncontent-length: 99\r\n\r\n{"msg":"x"}' },
    { type: 'info', status: 404, phase: 'body' },
  ],
  [{ raw: 'rubbish\r\n\r\n' }, { type: 'info' }],
  [
    { status: 404, json: { msg: 'x' } },
    { type: 'fail', status: 404, distinguished: true },
  ],
  [
    { status: 404, text: 'no' },
    { type: 'info', status: 404 },
  ],
] as const)('an attach answered with %j is recorded as %j', async (reply, expected) => {
  await using server = await startScript(() => reply);
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  const exchange = await send({ timeoutMs: reply === 'hang' ? 60 : 2_000 });
  expect(events[1]).toMatchObject(expected);
  expect(exchange.outcome).toMatchObject(expected);
  // Exactly one request, whatever became of it.
  expect(server.asked.length).toBe(1);
  expect(exchange.response === undefined).toBe(exchange.failure !== undefined);
});

test('a read whose connection is reset is sent once only, although it could be repeated', async () => {
  await using server = await startScript((_, count) => (count === 2 ? 'reset' : { status: 200 }));
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  const read = { operation: 'tenant_status', method: 'GET' } as const;
  await send(read);
  await send(read);
  expect(server.asked.length).toBe(2);
  expect(events[3]).toMatchObject({ type: 'fail' });
  expect((await send(read)).response?.status).toBe(200);
});

test('a refused connection has certainly no effect', async () => {
  const server = await startScript(() => 'hang');
  await server[Symbol.asyncDispose]();
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  await send();
  expect(events[1]).toMatchObject({ type: 'fail', phase: 'connect', error: 'ECONNREFUSED' });
});

test('a call that was given up before it was sent is never sent', async () => {
  await using server = await startScript(() => ({ status: 202 }));
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  const stop = new AbortController();
  const sending = send({ signal: stop.signal });
  stop.abort();
  await sending;
  expect(events[1]).toMatchObject({ type: 'fail', phase: 'connect', error: 'aborted' });
  await send({ operation: 'detach' });
  expect(server.asked.length).toBe(1);
});

test('one call at a time, and what can not be sent this way is our own fault', async () => {
  await using server = await startScript(() => ({ status: 200 }));
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  const first = send();
  await expect(send()).rejects.toThrow('a call open');
  await first;
  await expect(send({ path: '/a b' })).rejects.toThrow(HarnessError);
  expect(events.at(-1)).toMatchObject({ type: 'fail', phase: 'connect' });
  expect((await send()).response?.status).toBe(200);
});

test('answers are judged, reads show what they saw', async () => {
  await using server = await startScript(() => ({ status: 200, json: { id: 'ab' } }));
  const found: string[] = [];
  const { client, events, send } = clientOf(server.url, {
    readState: () => 'Active',
    judge: (exchange) => [
      { requirement: exchange.operation, level: 'warn', kind: 'server', message: 'odd' },
    ],
    onFindings: (findings) => found.push(...findings.map((finding) => finding.requirement)),
  });
  await using _ = client;
  await send({ operation: 'tenant_status', method: 'GET' });
  expect(events[1]).toMatchObject({ seen: { state: 'Active' } });
  expect(found).toEqual(['tenant_status']);
});

test('a detach of an ignored tenant is marked, and equal requests are interchangeable', async () => {
  await using server = await startScript(() => ({ status: 200 }));
  const { client, events, send } = clientOf(server.url);
  await using _ = client;
  await send({ operation: 'detach', path: '/v1/tenant/ab/detach?detach_ignored=true' });
  await send();
  await send();
  await send({ token: 'other' });
  expect(events[0]).toMatchObject({ ignored: true });
  const variants = events.filter((e) => e.type === 'invoke').map((e) => e.variant);
  expect(variants[1]).toBe(variants[2]);
  expect(new Set(variants).size).toBe(3);
});
