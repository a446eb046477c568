// A scenario's raw connection: bytes as they are, answers as they came. What HTTP libraries hide is judged here: framing,
// answers to malformed HTTP, and whether a connection is fit for the next request.

import {
  type AnswerEnd,
  analyseRawAnswer,
  type Exchange as JudgedExchange,
  type RawAnswer,
} from '../../check/answer/index.ts';
import {
  isRead,
  openRawSocket,
  type RawBytes,
  type RawSocket,
  recordedOperation,
  recordRawCall,
} from '../../client/index.ts';
import type { Finding, FindingRequest } from '../../core/finding.ts';
import type { NodeId } from '../../history/index.ts';
import type { ApiHost } from './api.ts';
import { type CallOptions, requestHeaders, requestPath } from './request.ts';

/** Which node, and how to reach it. */
export interface RawOptions {
  /** Default `a`. */
  readonly node?: NodeId;
}

/** Bytes to send, and what they are about. */
export interface RawSend {
  /** Name of the operation that they are (nearly) a request of. Default: none, which is recorded as `other`. */
  readonly operation?: string;
  /** Method of the request as the reader of the answer is to take it. */
  readonly method: string;
  readonly bytes: string | Buffer;
  readonly tenant?: string;
  readonly timeline?: string;
  /** Set for a detach that takes ignored tenants too (`detach_ignored=true`). */
  readonly ignored?: boolean;
  /**
   * `end` (default): after a whole answer whatever follows is read too, until the peer closes or has been silent for a moment ·
   * `answer`: stops with the whole answer, and the connection is kept.
   */
  readonly until?: 'end' | 'answer';
  /** Milliseconds of waiting for a whole answer. Default: 15 s, as for every other call. */
  readonly timeoutMs?: number;
}

/** A well-formed call over a raw connection. */
export interface RawCallOptions extends CallOptions {
  readonly until?: RawSend['until'];
}

/** What came back. */
export interface RawExchange {
  /** All bytes that came. */
  readonly bytes: Buffer;
  readonly ended: AnswerEnd;
  /** The bytes read as one answer; its problems are those of the framing. */
  readonly answer: RawAnswer;
  /** For findings. */
  readonly request: FindingRequest;
  /** What the judge says of the answer, framing included; already in the ledger. Empty for `send`, which is not judged. */
  readonly findings: readonly Finding[];
}

/** One connection past every HTTP library. */
export interface RawConnection {
  /** Sends bytes and reads what comes; nothing is judged. Connects anew where the connection is gone. */
  send(send: RawSend): Promise<RawExchange>;
  /** Sends a well-formed request of an operation and judges its answer, framing included. `until: 'end'` asks to close. */
  call(operation: string, options?: RawCallOptions): Promise<RawExchange>;
  /** Ends it with RST instead of FIN; a `send` that waits resolves. */
  reset(): void;
  close(): void;
}

/** Waiting time for a whole answer where a call names none. */
const ANSWER_TIMEOUT_MS = 15_000;

/** How long bytes after a whole answer are waited for, where the peer does not close. */
const SILENCE_MS = 250;

/** What a finding shows of bytes that may be many. */
const SHOWN_BYTES_MAX = 300;

/** Makes the raw connection of a scenario to a running node; it connects with its first bytes. */
export function createRaw(host: ApiHost): RawConnection {
  const { workplace, node } = host;
  const proc = workplace.nextProcess();
  let socket: RawSocket | undefined;
  let calls = 0;

  async function exchange(send: RawSend, request: FindingRequest): Promise<RawExchange> {
    calls += 1;
    const record = recordRawCall(workplace.rig.history, {
      op: recordedOperation(send.operation ?? 'other'),
      method: send.method,
      node: node.id,
      boot: node.boot,
      proc,
      call: `c${proc}.${calls}`,
      scenario: host.scenario,
      ...(send.tenant === undefined ? {} : { tenant: send.tenant.toLowerCase() }),
      ...(send.timeline === undefined ? {} : { timeline: send.timeline.toLowerCase() }),
      ...(send.ignored === true ? { ignored: true } : {}),
    });
    const came = await sendAndRead(send);
    const answer = analyseRawAnswer(came.bytes, { method: send.method, ended: came.ended });
    record({
      sent: true,
      ...(answer.status === undefined
        ? { error: came.error ?? came.ended }
        : { status: answer.status }),
      body: answer.body,
    });
    return { bytes: came.bytes, ended: came.ended, answer, request, findings: [] };
  }
  async function sendAndRead(send: RawSend): Promise<RawBytes> {
    socket ??= await openRawSocket(node.url);
    const open = socket;
    const { method } = send;
    const isWhole = (bytes: Buffer): boolean => {
      const { status, problems } = analyseRawAnswer(bytes, { method, ended: 'open' });
      return status !== undefined && problems.every(({ kind }) => kind !== 'length');
    };
    const { signal } = host;
    const timeoutMs = send.timeoutMs ?? ANSWER_TIMEOUT_MS;
    const reading = open.read({ timeoutMs, signal, until: isWhole });
    await open.write(send.bytes);
    const came = await reading;
    if (came.ended === 'open' && send.until === 'answer') return came;
    const rest =
      came.ended === 'open' ? await open.read({ timeoutMs: SILENCE_MS, signal }) : undefined;
    open.close();
    socket = undefined;
    return rest ? { ...rest, bytes: Buffer.concat([came.bytes, rest.bytes]) } : came;
  }
  return {
    send: (send) => exchange(send, { ...shownRequest(node.url, send), headers: {} }),
    async call(name, options = {}) {
      const built = buildRequest(host, name, options);
      const came = await exchange(built.send, built.request);
      if (came.answer.status === undefined) return came;
      const findings = workplace.judge.judge(judgedRaw(name, came, node.id));
      host.ledger.exchange();
      for (const finding of findings) host.ledger.finding(finding);
      return { ...came, findings };
    },
    reset: () => socket?.reset(),
    close: () => socket?.close(),
  };
}

interface Built {
  readonly send: RawSend;
  readonly request: FindingRequest;
}

function buildRequest(host: ApiHost, name: string, options: RawCallOptions): Built {
  const operation = host.workplace.catalogue.operation(name);
  const right = host.workplace.rig.tokens?.mint({ scope: 'pageserverapi' });
  const token = options.token === null ? undefined : (options.token ?? right);
  const body = options.rawBody ?? (options.body === undefined ? '' : JSON.stringify(options.body));
  const method = options.method ?? operation?.method ?? 'GET';
  const { host: authority } = new URL(host.node.url);
  const length = Buffer.byteLength(body);
  const headers: Record<string, string> = {
    host: authority,
    ...requestHeaders(options, token),
    ...(length > 0 || !isRead('other', method) ? { 'content-length': String(length) } : {}),
    ...(options.until === 'answer' ? {} : { connection: 'close' }),
  };
  const path = requestPath(operation, options);
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return {
    send: {
      operation: name,
      method,
      bytes: Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]),
      ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
      ...(options.timeline === undefined ? {} : { timeline: options.timeline }),
      ...(name === 'detach' && /[?&]detach_ignored=true\b/.test(path) ? { ignored: true } : {}),
      ...(options.until === undefined ? {} : { until: options.until }),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    },
    request: {
      method,
      url: host.node.url + path,
      headers,
      ...(length > 0 ? { body: body.toString() } : {}),
    },
  };
}

function judgedRaw(operation: string, came: RawExchange, node: NodeId): JudgedExchange {
  const { status, headers, body, problems } = came.answer;
  return {
    operation,
    request: came.request,
    response: {
      status: status!,
      headers: Object.fromEntries(headers),
      body,
      framing: problems,
    },
    node,
  };
}

/** Raw bytes have no `curl` line: the start of them stands for the body. */
function shownRequest(url: string, send: RawSend): Omit<FindingRequest, 'headers'> {
  return {
    method: send.method,
    url,
    body: send.bytes.toString('latin1').slice(0, SHOWN_BYTES_MAX),
  };
}
