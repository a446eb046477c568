// The logical client: one connection, at most one call open, every call recorded before it is sent and after it ended.

import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { type Clock, monotonicClock } from '../../core/clock.ts';
import { HarnessError } from '../../core/exit.ts';
import type { Finding } from '../../core/finding.ts';
import type { HistorySink, InvokeLine, NodeId, Operation } from '../../history/events.ts';
import { classify } from './classify.ts';
import type { Exchange, HeaderList, Outcome } from './exchange.ts';
import { flatHeaders, type HeadersToSend, hasHeader, headerList, headerRecord } from './headers.ts';
import { isRead, recordedOperation } from './operation.ts';
import { type ReadState, readSeen } from './seen.ts';
import { openWire, type WireResult } from './transport.ts';

/** Gives the token of a call, or none. */
export type TokenFor = (operation: string, tenant: string | undefined) => string | undefined;

/** What a client is made from. */
export interface ClientOptions {
  /** Origin, without a slash at the end. */
  readonly url: string;
  readonly sink: HistorySink;
  readonly node: NodeId;
  /** Boot of the node, asked at each call where it is a function. */
  readonly boot: number | (() => number);
  /** Number of the logical client, unique within the history. */
  readonly proc: number;
  readonly scenario?: string;
  /** Default: the machine's monotonic clock. */
  readonly clock?: Clock;
  /** State dialect of the target. Absent: states are `Unknown`. */
  readonly readState?: ReadState;
  /** Absent: no token is added. */
  readonly tokenFor?: TokenFor;
  /** Judges each exchange that was answered whole. */
  readonly judge?: (exchange: Exchange) => readonly Finding[];
  /** Told what `judge` found, when it found something. */
  readonly onFindings?: (findings: readonly Finding[], exchange: Exchange) => void;
}

/** One call. Nothing is normalised: path and headers go out as they are. */
export interface SendOptions {
  /** Name of the operation; default `other`. */
  readonly operation?: string;
  readonly method: string;
  /** Path and query. Bytes below 0x21 can't be sent this way: use a raw socket. */
  readonly path: string;
  readonly headers?: HeadersToSend;
  /** Sent as it is; no content type is added. */
  readonly body?: string | Buffer;
  /** Replaces the provider's token; null sends none. */
  readonly token?: string | null;
  /** For the history and for findings. */
  readonly tenant?: string;
  readonly timeline?: string;
  /** Milliseconds until the call is given up. */
  readonly timeoutMs: number;
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** Told the call's id before anything is sent, so that a fault can be aimed at it. */
  readonly onCall?: (call: string) => void;
}

/** One logical client. */
export interface PageserverClient extends AsyncDisposable {
  readonly node: NodeId;
  readonly url: string;
  readonly proc: number;
  /**
   * Sends one call. Never throws for what the target or the network does. Throws HarnessError for a request that can't be
   * put on the wire this way; asserts that no other call of this client is open.
   */
  send(options: SendOptions): Promise<Exchange>;
  /** Ends the connection at once. */
  close(): Promise<void>;
}

/** Opens a client; it connects with its first call. */
export function openClient(options: ClientOptions): PageserverClient {
  const clock = options.clock ?? monotonicClock;
  const wire = openWire(options.url, clock);
  let calls = 0;
  let isOpen = false;

  async function send(send: SendOptions): Promise<Exchange> {
    assert(!isOpen, `client ${options.proc} has a call open already`);
    isOpen = true;
    try {
      return await sendOne(send);
    } finally {
      isOpen = false;
    }
  }
  async function sendOne(send: SendOptions): Promise<Exchange> {
    calls += 1;
    const call = `c${options.proc}.${calls}`;
    const op = recordedOperation(send.operation ?? 'other');
    const list = requestHeaders(options, send, call);
    send.onCall?.(call);
    options.sink.record(invokeLine(options, send, { op, call, list }));
    const result = await wire.exchange({
      method: send.method,
      path: send.path,
      headers: flatHeaders(list),
      body: send.body ?? null,
      timeoutMs: send.timeoutMs,
      ...(send.signal === undefined ? {} : { signal: send.signal }),
    });
    const outcome = outcomeOf(op, send.method, result, options.readState);
    options.sink.record({ ...scenarioOf(options), stream: 'client', ...outcome, call });
    refuseImpossible(result);
    const exchange = exchangeOf(options, send, { call, list, result, outcome });
    if (exchange.response && options.judge) {
      const findings = options.judge(exchange);
      if (findings.length > 0) options.onFindings?.(findings, exchange);
    }
    return exchange;
  }
  const { node, url, proc } = options;
  return { node, url, proc, send, close: wire.close, [Symbol.asyncDispose]: wire.close };
}

function requestHeaders(options: ClientOptions, send: SendOptions, call: string): HeaderList {
  const list = headerList(send.headers);
  const token =
    send.token === undefined
      ? options.tokenFor?.(send.operation ?? 'other', send.tenant)
      : send.token;
  if (typeof token === 'string' && !hasHeader(list, 'authorization')) {
    list.push(['authorization', `Bearer ${token}`]);
  }
  if (!hasHeader(list, 'x-request-id')) list.push(['x-request-id', call]);
  return list;
}

interface Started {
  readonly op: Operation;
  readonly call: string;
  readonly list: HeaderList;
}

function invokeLine(
  options: ClientOptions,
  send: SendOptions,
  started: Started,
): Omit<InvokeLine, 'i' | 't'> {
  const { op, call, list } = started;
  const isIgnored = op === 'detach' && /[?&]detach_ignored=true\b/.test(send.path);
  return {
    ...scenarioOf(options),
    stream: 'client',
    type: 'invoke',
    op,
    node: options.node,
    boot: typeof options.boot === 'function' ? options.boot() : options.boot,
    proc: options.proc,
    call,
    ...(send.tenant === undefined ? {} : { tenant: send.tenant }),
    ...(send.timeline === undefined ? {} : { timeline: send.timeline }),
    ...(op === 'other' && send.operation !== undefined ? { operation: send.operation } : {}),
    // Only calls that may stay pending are ever counted by kind; a hash for each read would be wasted.
    ...(isRead(op, send.method) ? {} : { variant: variantOf(send, list) }),
    ...(isIgnored ? { ignored: true } : {}),
    ...(op === 'tenant_config' || op === 'tenant_create' ? overridesOf(send) : {}),
  };
}

/** Longest body that is looked into, bytes: a config has some hundred. */
const CONFIG_BYTES_MAX = 16_384;

/** What a body sets, so that it can be missed later (P8). */
function overridesOf({ body }: SendOptions): Pick<InvokeLine, 'overrides'> {
  if (body === undefined || body.length > CONFIG_BYTES_MAX) return {};
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    const { tenant_id: _id, new_tenant_id: _new, ...overrides } = value as Record<string, unknown>;
    return Object.keys(overrides).length === 0 ? {} : { overrides };
  } catch {
    return {};
  }
}

/** Calls with the same token, path and body are interchangeable (judging section 4); this tells them apart from others. */
function variantOf(send: SendOptions, list: HeaderList): string {
  const token = list.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const hash = createHash('sha1').update(`${send.method} ${send.path}\n${token}\n`);
  if (send.body !== undefined) hash.update(send.body);
  return hash.digest('hex').slice(0, 16);
}

function outcomeOf(
  op: Operation,
  method: string,
  result: WireResult,
  readState: ReadState = () => 'Unknown',
): Outcome {
  const { response, failure } = result;
  if (!response) {
    const { status, error, phase } = failure;
    const known = status === undefined ? {} : { status };
    return { ...classify(op, { method, phase, ...known }), ...known, error, phase };
  }
  const { status, body } = response;
  const classified = classify(op, { method, status, body });
  const seen = status >= 200 && status < 300 ? readSeen(op, body, readState) : undefined;
  return { ...classified, status, ...(seen === undefined ? {} : { seen }) };
}

interface Ended {
  readonly call: string;
  readonly list: HeaderList;
  readonly result: WireResult;
  readonly outcome: Outcome;
}

function exchangeOf(options: ClientOptions, send: SendOptions, ended: Ended): Exchange {
  return {
    operation: send.operation ?? 'other',
    node: options.node,
    call: ended.call,
    ...(send.tenant === undefined ? {} : { tenant: send.tenant }),
    ...(send.timeline === undefined ? {} : { timeline: send.timeline }),
    request: {
      method: send.method,
      url: options.url + send.path,
      headers: headerRecord(ended.list),
      headerList: ended.list,
      ...(send.body === undefined ? {} : { body: send.body }),
    },
    ...ended.result,
    outcome: ended.outcome,
  };
}

function scenarioOf(options: ClientOptions): { scenario?: string } {
  return options.scenario === undefined ? {} : { scenario: options.scenario };
}

/** What the HTTP library would not put on the wire is our own fault, and no answer of the target. */
function refuseImpossible(result: WireResult): void {
  const code = result.failure?.error;
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    throw new HarnessError(`a request can't be sent: ${result.failure?.message}; use a raw socket`);
  }
  if (code === 'resent') throw new HarnessError('the HTTP library tried to send a call twice');
}
