// A scenario's client: calls operations by name over one connection; every answer is judged and recorded.

import { type Exchange, openClient, type PageserverClient } from '../../client/index.ts';
import type { NodeId } from '../../history/index.ts';
import { readTenantState, type TokenMint } from '../../target/index.ts';
import type { RigNode } from '../rig/index.ts';
import { oneTurn, wasDropped } from './dropped.ts';
import { guardEviction } from './eviction.ts';
import { bodyJson } from './exchange-request.ts';
import { type Asked, isStanding, judged, judgeRepetition } from './judge-call.ts';
import type { Ledger } from './ledger.ts';
import { type CallOptions, requestHeaders, requestPath } from './request.ts';
import type { Workplace } from './workplace.ts';

/** Which node, and how to reach it. */
export interface ApiOptions {
  /** Default `a`. */
  readonly node?: NodeId;
  /** Origin to use instead of the node's own: a proxy of the fault lane. */
  readonly url?: string;
  /** False: answers are not judged, for what is malformed on purpose and judged by the suite itself. */
  readonly judged?: boolean;
  /** Told of each request before it is sent, and waited for. */
  readonly onRequest?: (request: {
    readonly method: string;
    readonly path: string;
  }) => Promise<void>;
  /** Told how each call ended, with its duration in milliseconds. */
  readonly onExchange?: (exchange: Exchange, elapsedMs: number) => void;
}

/** One logical client: one connection, one call at a time. */
export interface Api {
  readonly node: RigNode;
  /** Origin that requests go to. */
  readonly url: string;
  /** Sends a request of an operation of the document, or of none (`other`). Never throws for what the target does. */
  call(operation: string, options?: CallOptions): Promise<Exchange>;
  /** A right token for an operation: scope `pageserverapi`; undefined where the target takes none. */
  token(): string | undefined;
  close(): Promise<void>;
}

/** What an Api is made from. */
export interface ApiHost {
  readonly workplace: Workplace;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  readonly node: RigNode;
  readonly scenario: string;
  /** Whether a round of eviction is nobody's matter but ours. Absent: it is. */
  readonly mayEvict?: () => Promise<boolean>;
  /** Hears of each tenant that was created, by the id that the answer shows, in lower case. */
  readonly onCreated?: (tenant: string) => void;
}

/** Waiting time for an answer where a call names none. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Opens the client of a scenario to a running node. */
export function createApi(host: ApiHost, options: ApiOptions): Api {
  const { workplace, node } = host;
  const url = options.url ?? node.url;
  const right = rightToken(workplace.rig.tokens);
  let client = openApiClient(host, url);
  async function send(name: string, call: CallOptions): Promise<Exchange> {
    const operation = workplace.catalogue.operation(name);
    const method = call.method ?? operation?.method ?? 'GET';
    const path = requestPath(operation, call);
    await options.onRequest?.({ method, path });
    const started = performance.now();
    const exchange = await client.send({
      ...{ operation: name, method, path },
      headers: requestHeaders(call, call.token === null ? undefined : (call.token ?? right)),
      ...bodyOf(call),
      ...(call.tenant === undefined ? {} : { tenant: call.tenant.toLowerCase() }),
      ...(call.timeline === undefined ? {} : { timeline: call.timeline.toLowerCase() }),
      timeoutMs: call.timeoutMs ?? ANSWER_TIMEOUT_MS,
      signal: call.signal ?? host.signal,
    });
    options.onExchange?.(exchange, performance.now() - started);
    const created = createdTenant(exchange);
    if (created !== undefined) host.onCreated?.(created);
    return exchange;
  }
  async function onFreshConnection(): Promise<void> {
    await client.close();
    client = openApiClient(host, url);
  }
  return {
    node,
    url,
    token: () => right,
    close: () => client.close(),
    async call(name, call = {}) {
      await guardEviction(host, name);
      const asked: Asked = {
        host,
        name,
        call,
        boot: node.boot,
        isJudged: options.judged !== false,
      };
      // Behind a proxy it may be the fault that ends a connection.
      const isDirect = options.url === undefined;
      if (isDirect && workplace.connections.closesUnannounced) await onFreshConnection();
      else await oneTurn();
      const first = await send(name, call);
      if (!isDirect || !wasDropped(first) || !isStanding(asked)) return judged(asked, first);
      return judgeRepetition(asked, first, async () => {
        await onFreshConnection();
        return send(name, call);
      });
    },
  };
}

function openApiClient({ workplace, node, scenario }: ApiHost, url: string): PageserverClient {
  return openClient({
    url,
    sink: workplace.rig.history,
    node: node.id,
    boot: () => node.boot,
    proc: workplace.nextProcess(),
    scenario,
    readState: (info) => readTenantState(workplace.target.state, info),
  });
}

function createdTenant(exchange: Exchange): string | undefined {
  if (exchange.operation !== 'tenant_create' || exchange.response?.status !== 201) return undefined;
  const id = bodyJson(exchange);
  return typeof id === 'string' && /^[0-9a-f]{32}$/i.test(id) ? id.toLowerCase() : undefined;
}

function rightToken(tokens: TokenMint | undefined): string | undefined {
  return tokens?.mint({ scope: 'pageserverapi' });
}

function bodyOf(call: CallOptions): { body?: string | Buffer } {
  if (call.rawBody !== undefined) return { body: call.rawBody };
  return call.body === undefined ? {} : { body: JSON.stringify(call.body) };
}
