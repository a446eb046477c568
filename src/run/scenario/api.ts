// A scenario's client: calls operations by name over one connection; every answer is judged and recorded.

import type { ApiOperation } from '../../catalogue/index.ts';
import { type Exchange, openClient } from '../../client/index.ts';
import { worstVerdict } from '../../core/verdict.ts';
import type { NodeId } from '../../history/index.ts';
import { readTenantState, type TokenMint } from '../../target/index.ts';
import type { RigNode } from '../rig/index.ts';
import { curlRequest, judgedExchange } from './exchange-request.ts';
import { judgeExpectation, obligationOf, unanswered } from './expectation.ts';
import type { Ledger } from './ledger.ts';
import { probeSilence } from './no-answer.ts';
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
}

/** Waiting time for an answer where a call names none. */
const ANSWER_TIMEOUT_MS = 15_000;

/** Opens the client of a scenario to a running node. */
export function createApi(host: ApiHost, options: ApiOptions): Api {
  const { workplace, node } = host;
  const url = options.url ?? node.url;
  const client = openClient({
    url,
    sink: workplace.rig.history,
    node: node.id,
    boot: () => node.boot,
    proc: workplace.nextProcess(),
    scenario: host.scenario,
    readState: (info) => readTenantState(workplace.target.state, info),
  });
  const right = rightToken(workplace.rig.tokens);
  return {
    node,
    url,
    token: () => right,
    close: () => client.close(),
    async call(name, call = {}) {
      const operation = workplace.catalogue.operation(name);
      const started = performance.now();
      const exchange = await client.send({
        operation: name,
        method: call.method ?? operation?.method ?? 'GET',
        path: requestPath(operation, call),
        headers: requestHeaders(call, call.token === null ? undefined : (call.token ?? right)),
        ...bodyOf(call),
        ...(call.tenant === undefined ? {} : { tenant: call.tenant.toLowerCase() }),
        ...(call.timeline === undefined ? {} : { timeline: call.timeline.toLowerCase() }),
        timeoutMs: call.timeoutMs ?? ANSWER_TIMEOUT_MS,
        signal: call.signal ?? host.signal,
      });
      options.onExchange?.(exchange, performance.now() - started);
      if (options.judged !== false) await judge(host, operation, exchange, call);
      return exchange;
    },
  };
}

function rightToken(tokens: TokenMint | undefined): string | undefined {
  return tokens?.mint({ scope: 'pageserverapi' });
}

function bodyOf(call: CallOptions): { body?: string | Buffer } {
  if (call.rawBody !== undefined) return { body: call.rawBody };
  return call.body === undefined ? {} : { body: JSON.stringify(call.body) };
}

async function judge(
  host: ApiHost,
  operation: ApiOperation | undefined,
  exchange: Exchange,
  call: CallOptions,
): Promise<void> {
  if (!exchange.response) {
    await judgeSilence(host, exchange, call);
    return;
  }
  host.ledger.exchange();
  const judged = judgedExchange(operation, exchange);
  const { judge: judges } = host.workplace;
  if (!call.expect) {
    for (const finding of judges.judge(judged)) host.ledger.finding(finding);
    return;
  }
  const findings = judgeExpectation(judges, judged, call.expect);
  const requirement = call.expect.requirement ?? obligationOf(exchange, call.expect);
  const levels = findings
    .filter((finding) => finding.requirement === requirement)
    .map((finding) => (finding.kind === 'server' ? finding.level : 'warn'));
  host.ledger.decide(requirement, call.expect.name, worstVerdict(levels));
  for (const finding of findings) host.ledger.finding(finding);
}

/** Without a fault in the way every well-formed request is answered (judging section 8), though it may be on a second try. */
async function judgeSilence(host: ApiHost, exchange: Exchange, call: CallOptions): Promise<void> {
  if (call.signal?.aborted || host.signal.aborted) return;
  const silence = await probeSilence(host.node, host.workplace.target.ready.path);
  if (silence.kind === 'exited') {
    host.ledger.check('http.always-answers', 'the process lives on', false, {
      message: `${silence.text} during ${exchange.operation}`,
      request: curlRequest(exchange),
    });
  } else if (call.mayHang) {
    return;
  } else if (call.expect) {
    unanswered(host, exchange, call.expect);
  } else {
    host.ledger.check('http.always-answers', `${exchange.operation} is answered`, false, {
      message: `${exchange.operation} got no HTTP answer, while the node answers others`,
      actual: `${exchange.failure?.error} (${exchange.failure?.phase})`,
      request: curlRequest(exchange),
    });
  }
}
