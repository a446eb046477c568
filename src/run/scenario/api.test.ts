// A request whose connection ends without an answer is sent once more on a fresh one: a server that closes connections between
// requests is right, one that does not answer is not, and what the first copy may have done is not held against anybody.

import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loadCatalogue } from '../../catalogue/index.ts';
import { createJudge } from '../../check/answer/index.ts';
import { type Reply, startScript } from '../../client/testing/script-server.ts';
import { UndecidedError } from '../../core/exit.ts';
import { type Api, type ApiHost, createApi } from './api.ts';
import { createLedger } from './ledger.ts';
import type { CallOptions } from './request.ts';
import type { ScenarioResult } from './result.ts';

const ID = { status: 200, json: { id: 1 } } as const;
const TENANT = 'ab'.repeat(16);
const create: CallOptions = { tenant: TENANT, body: { new_tenant_id: TENANT } };
const created = { status: 201, json: TENANT } as const;
const conflict = { status: 409, json: { msg: 'it is there' } } as const;
const expectCreated = { kind: 'success', status: 201, name: 'creates' } as const;

test('a connection that was closed between two requests costs nothing, whatever is read', async () => {
  const perSocket = new Map<Socket, number>();
  const { api, result, lines, asked } = await openTo((_, socket) => {
    const count = (perSocket.get(socket) ?? 0) + 1;
    perSocket.set(socket, count);
    return count === 1 ? ID : 'reset';
  });
  for (let count = 1; count <= 4; count += 1) {
    expect((await api.call('status')).response?.status).toBe(200);
  }
  expect(result.findings).toEqual([]);
  expect(result.exchanges).toBe(4);
  // One was lost; from then on each has a connection of its own, and every copy stands in the history.
  expect(callsOf(asked)).toHaveLength(5);
  expect(typesOf(lines)).toEqual(['ok', 'fail', 'ok', 'ok', 'ok']);
});

test.each<[string, CallOptions, string]>([
  ['by itself', { tenant: TENANT }, 'http.always-answers'],
  [
    'with something expected',
    { tenant: TENANT, expect: { kind: 'refusal', statuses: [409], cause: 'x', name: 'refuses' } },
    'attach.409',
  ],
])('a request that is never answered is a fail, %s', async (_, call, requirement) => {
  const { api, result, asked } = await openTo((url) => (url.includes('attach') ? 'reset' : ID));
  await api.call('status');
  expect((await api.call('attach', call)).response).toBeUndefined();
  expect(asked.filter((url) => url.includes('attach'))).toHaveLength(2);
  expect(result.decisions[requirement]?.verdict).toBe('fail');
  expect(result.findings).toMatchObject([{ requirement, level: 'fail', kind: 'server' }]);
});

test('an answer that only a second fresh connection gets is a warning', async () => {
  let creates = 0;
  const { api, result } = await openTo((url, _, method) => {
    if (method !== 'POST') return url.includes('status') ? ID : { status: 200, json: [] };
    creates += 1;
    return creates === 1 ? 'reset' : created;
  });
  await api.call('tenant_create', { ...create, expect: expectCreated });
  expect(result.decisions['tenant_create.201']?.verdict).toBe('pass');
  expect(result.findings).toMatchObject([{ requirement: 'http.always-answers', level: 'warn' }]);
});

/** Executes the first create without answering it; a second one finds the tenant. */
function executesSilently(): (url: string, socket: Socket, method: string) => Reply {
  let creates = 0;
  return (_, __, method) => {
    if (method !== 'POST') return ID;
    creates += 1;
    return creates === 1 ? 'reset' : conflict;
  };
}

test('what the first copy brought about is undecided on a connection that had been kept', async () => {
  const { api, result } = await openTo(executesSilently());
  await api.call('status');
  const creating = api.call('tenant_create', { ...create, expect: expectCreated });
  await expect(creating).rejects.toThrow(UndecidedError);
  expect(result.findings).toEqual([]);
  expect(result.decisions).toEqual({});
});

test('and a fail on a fresh one, whose end nothing but the server can have brought about', async () => {
  const { api, result } = await openTo(executesSilently());
  const creating = api.call('tenant_create', { ...create, expect: expectCreated });
  await expect(creating).rejects.toThrow(UndecidedError);
  expect(result.findings).toMatchObject([{ requirement: 'http.always-answers', level: 'fail' }]);
});

test('a create that names no id has maybe made two: undecided', async () => {
  let posts = 0;
  const { api, result } = await openTo((_, __, method) => {
    if (method !== 'POST') return ID;
    posts += 1;
    return posts === 1 ? 'reset' : created;
  });
  await api.call('status');
  await expect(api.call('tenant_create', { body: {} })).rejects.toThrow(UndecidedError);
  expect(result.findings).toEqual([]);
});

test('a refusal that was expected is one the second time too', async () => {
  let posts = 0;
  const { api, result } = await openTo((_, __, method) => {
    if (method !== 'POST') return ID;
    posts += 1;
    return posts === 1 ? 'reset' : conflict;
  });
  await api.call('status');
  const expected = { kind: 'refusal', statuses: [409], cause: 'an id', name: 'again' } as const;
  await api.call('tenant_create', { ...create, expect: expected });
  expect(result.findings).toEqual([]);
  expect(result.decisions['tenant_create.409']).toMatchObject({ verdict: 'pass', checks: 1 });
});

test('a process that ended over the request is told as that, and not asked again', async () => {
  const node = { boot: 1 };
  const opened = await openTo((url) => {
    if (url.includes('attach')) node.boot = 2;
    return url.includes('attach') ? 'reset' : ID;
  }, node);
  await opened.api.call('attach', { tenant: TENANT });
  expect(opened.asked.filter((url) => url.includes('attach'))).toHaveLength(1);
  expect(opened.result.findings[0]?.message).toMatch(/ended unasked during attach/);
});

test('an answer that broke off, or never came, is not asked for again', async () => {
  for (const reply of ['hang', { raw: 'HTTP/1.1 20' }] as const) {
    const { api, result, asked } = await openTo((url) => (url.includes('gc') ? reply : ID));
    await api.call('do_gc', { tenant: TENANT, timeline: TENANT, timeoutMs: 100 });
    expect(asked.filter((url) => url.includes('gc'))).toHaveLength(1);
    expect(result.findings).toMatchObject([{ requirement: 'http.always-answers', level: 'fail' }]);
  }
});

test("that no answer comes while a fault is in the way is nobody's fault", async () => {
  for (const reply of ['hang', 'reset'] as const) {
    const { api, result, asked } = await openTo((url) => (url.includes('gc') ? reply : ID));
    const call = { tenant: TENANT, timeline: TENANT, timeoutMs: 100, isFaulted: true };
    await api.call('do_gc', call);
    expect(asked.filter((url) => url.includes('gc'))).toHaveLength(1);
    expect(result.findings).toEqual([]);
  }
});

interface Opened {
  readonly api: Api;
  readonly result: ScenarioResult;
  readonly lines: Readonly<Record<string, unknown>>[];
  /** Paths of the requests so far. */
  readonly asked: readonly string[];
}

const callsOf = (asked: readonly string[]): string[] => asked.filter((url) => url === '/v1/status');
const typesOf = (lines: Opened['lines']): unknown[] =>
  lines.filter(({ type }) => type !== 'invoke').map(({ type }) => type);

/** A client of a node that answers as scripted; the readiness path is always answered. */
async function openTo(
  answer: (url: string, socket: Socket, method: string) => Reply,
  state: { boot: number } = { boot: 1 },
): Promise<Opened> {
  const asked: string[] = [];
  const server = await startScript((one) => {
    if (one.url === '/ready') return ID;
    asked.push(one.url);
    return answer(one.url, one.socket, one.method);
  });
  const catalogue = loadCatalogue();
  const result = { decisions: {}, findings: [], checks: [], exchanges: 0 } as never;
  const lines: Readonly<Record<string, unknown>>[] = [];
  let processes = 0;
  const node = {
    id: 'a',
    state: 'up',
    url: server.url,
    get boot() {
      return state.boot;
    },
  };
  const host = {
    scenario: 'contract/test',
    signal: new AbortController().signal,
    ledger: createLedger(result),
    node,
    workplace: {
      catalogue,
      judge: createJudge(catalogue),
      nextProcess: () => (processes += 1),
      connections: { closesUnannounced: false },
      target: { ready: { path: '/ready' }, state: 'auto' },
      rig: { history: { record: (line: Record<string, unknown>) => lines.push(line) } },
    },
  } as unknown as ApiHost;
  const api = createApi(host, {});
  onTestFinished(async () => {
    await api.close();
    await server[Symbol.asyncDispose]();
  });
  return { api, result, lines, asked };
}
