// A driver between two scripted nodes, with short limits, for tests.

import { monotonicClock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import type { HistoryEvent, HistoryLimits, ProxyLine, TenantState } from '../../history/events.ts';
import { createDriver } from '../driver/driver.ts';
import type { DriverOptions } from '../driver/lane.ts';
import { openClient } from '../exchange/client.ts';
import { type Asked, type Reply, type ScriptServer, startScript } from './script-server.ts';

/** The tenant that tests drive. */
export const tenant = 'e'.repeat(32);

/** A tenant object that shows a state. */
export function inState(state: TenantState, extra: object = {}): Reply {
  return { status: 200, json: { id: tenant, state, ...extra } };
}

/** An error of the document's shape. */
export function refusal(status: number): Reply {
  return { status, json: { msg: `status ${status}` } };
}

/** What each kind of request is answered: one after another, the last one for ever. Keys as `ScriptServer.steps`. */
export type Script = Readonly<Record<string, readonly Reply[]>>;

/** A scripted node whose answers are listed by kind; `LIST` is the tenant list. */
export function startNode(script: Script, onAsked?: (asked: Asked) => void): Promise<ScriptServer> {
  const counts = new Map<string, number>();
  return startScript((asked) => {
    onAsked?.(asked);
    const isList = asked.method === 'GET' && asked.url === '/v1/tenant/';
    const path = asked.url.replace(/\?.*$/, '').replace(/\/$/, '');
    const kind = isList ? 'LIST' : asked.method === 'GET' ? 'GET' : path.split('/').at(-1)!;
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const replies = script[kind] ?? [refusal(500)];
    return replies[Math.min(count, replies.length - 1)]!;
  });
}

/** Limits that a busy machine keeps, too. */
export const LIMITS: Pick<HistoryLimits, 'attach' | 'detach' | 'api'> = {
  attach: 5_000,
  detach: 5_000,
  api: 1_000,
};

/** For what is to pass its limits. */
export const SHORT = { limits: { attach: 150, detach: 150, api: 100 }, answerMs: 60 } as const;

/** Everything that a test of the driver needs; closes its clients. */
export function drive(a: ScriptServer, b: ScriptServer, more: Partial<DriverOptions> = {}) {
  const events: HistoryEvent[] = [];
  const sink = { record: (event: HistoryEvent) => events.push(event) };
  const readState = (info: unknown) => (info as { state?: TenantState }).state ?? 'Unknown';
  const common = { sink, boot: 1, readState };
  const clients = {
    a: openClient({ ...common, url: a.url, node: 'a', proc: 1 }),
    b: openClient({ ...common, url: b.url, node: 'b', proc: 2 }),
  };
  const options: DriverOptions = {
    lanes: {
      a: { client: clients.a, boot: () => 1 },
      b: { client: clients.b, boot: () => 1 },
    },
    sink,
    clock: monotonicClock,
    random: createRandom(1),
    limits: LIMITS,
    answerMs: 400,
    ...more,
  };
  const driver = createDriver(options);
  return {
    driver,
    events,
    options,
    /** A line of the proxy before node a. */
    proxy(type: ProxyLine['type'], call: string, node = 'a'): void {
      const line = { link: 'client-node', type, node, boot: 1, conn: '1', call } as const;
      driver.ownership.see({ stream: 'proxy', ...line });
    },
    /** Ids of the calls of an operation so far. */
    calls(op: string): string[] {
      return events.flatMap((e) => (e.type === 'invoke' && e.op === op ? [e.call] : []));
    },
    async [Symbol.asyncDispose]() {
      await clients.a.close();
      await clients.b.close();
    },
  };
}
