// A scenario's raw connection: bytes as they are, answers as they came. What HTTP libraries hide is judged here: framing,
// answers to malformed HTTP, and whether a connection is fit for the next request.

import type { AnswerEnd, Exchange as JudgedExchange, RawAnswer } from '../../check/answer/index.ts';
import { isRead } from '../../client/index.ts';
import type { Finding, FindingRequest } from '../../core/finding.ts';
import type { NodeId } from '../../history/index.ts';
import type { ApiHost } from './api.ts';
import { isTelling, mayDifferAgain, oneTurn, UntoldError, wasRawDropped } from './dropped.ts';
import { guardEviction } from './eviction.ts';
import { isOwnMethod } from './exchange-request.ts';
import { probeSilence } from './no-answer.ts';
import { createRawWire, type RawWire } from './raw-wire.ts';
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
  /** Where nothing has come by then, our end is closed (FIN) and an answer awaited once more: whoever waited for more has it all. */
  readonly finish?: true;
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

/** What a finding shows of bytes that may be many. */
const SHOWN_BYTES_MAX = 300;

/** Makes the raw connection of a scenario to a running node; it connects with its first bytes. */
export function createRaw(host: ApiHost): RawConnection {
  const { workplace, node } = host;
  const wire = createRawWire(host);
  return {
    send: (send) => wire.exchange(send, { ...shownRequest(node.url, send), headers: {} }),
    async call(name, options = {}) {
      await guardEviction(host, name);
      const built = buildRequest(host, name, options);
      const came = await answered(host, wire, { name, built, options });
      if (came.answer.status === undefined) return came;
      const findings = workplace.judge.judge(judgedRaw(built.send.operation, came, node.id));
      host.ledger.exchange();
      for (const finding of findings) host.ledger.finding(finding);
      return { ...came, findings };
    },
    reset: wire.reset,
    close: wire.drop,
  };
}

interface RawCall {
  readonly name: string;
  readonly built: Built;
  readonly options: CallOptions;
}

/**
 * Sends it, and once more on a fresh connection where the first ended without a byte. Of a process that ended over it the ledger is
 * told. Throws UndecidedError where the second answer may be due to what the first copy did.
 */
async function answered(host: ApiHost, wire: RawWire, call: RawCall): Promise<RawExchange> {
  const { workplace, node, scenario } = host;
  const { boot } = node;
  const { send, request } = call.built;
  await oneTurn();
  const { closesUnannounced } = workplace.connections;
  if (wire.isSpent() || (closesUnannounced && mayDifferAgain(call.name))) wire.drop();
  const isKept = wire.isOpen();
  const first = await wire.exchange(send, request);
  if (!wasRawDropped(first) || host.signal.aborted || node.boot !== boot) return first;
  const during = `${send.method} of ${call.name}`;
  const readyPath = workplace.target.ready.path;
  const silence = await probeSilence({ node, boot, readyPath, during, scenario });
  if (silence.kind === 'exited') {
    const message = `${silence.text} during ${during}`;
    host.ledger.check('http.always-answers', 'the process lives on', false, { message, request });
    return first;
  }
  if (isKept) workplace.connections.closesUnannounced = true;
  const second = await wire.exchange(send, request);
  mustTell(call, second);
  return second;
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
      ...(isOwnMethod(operation, method) ? { operation: name } : {}),
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

function mustTell({ name, built, options }: RawCall, second: RawExchange): void {
  const { status } = second.answer;
  if (status === undefined) return;
  const named = name === 'tenant_create' ? options.tenant : options.timeline;
  const { method } = built.send;
  const answer = { operation: name, method, status, fits: undefined, namesItsOwn: !!named };
  if (!isTelling(answer)) throw new UntoldError(name, status);
}

function judgedRaw(operation: string | undefined, came: RawExchange, node: NodeId): JudgedExchange {
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
