// Judges what one call of a scenario came to: its answer, or that there was none.

import type { Exchange } from '../../client/index.ts';
import type { Finding } from '../../core/finding.ts';
import { worstVerdict } from '../../core/verdict.ts';
import type { ApiHost } from './api.ts';
import { isTelling, UntoldError } from './dropped.ts';
import { curlRequest, judgedExchange } from './exchange-request.ts';
import { judgeExpectation, obligationOf, unanswered } from './expectation.ts';
import { probeSilence, type Silence } from './no-answer.ts';
import type { CallOptions } from './request.ts';

/** A call that was made. */
export interface Asked {
  readonly host: ApiHost;
  /** Name of the operation. */
  readonly name: string;
  readonly call: CallOptions;
  /** The node's boot when it was made. */
  readonly boot: number;
  /** False: the suite itself judges the answer. */
  readonly isJudged: boolean;
}

/** What a call without an answer is about, unless it expects something else. */
const NO_ANSWER = 'http.always-answers';

/** Judges the exchange and returns it. Throws TargetError when the target is gone. */
export async function judged(asked: Asked, exchange: Exchange): Promise<Exchange> {
  if (!asked.isJudged) return exchange;
  if (exchange.response) judgeAnswer(asked, exchange);
  else await judgeSilence(asked, exchange);
  return exchange;
}

/** Whether the node still is as it was when it was asked, no fault is in the way, and the caller is still there. */
export function isStanding({ host, call, boot }: Asked): boolean {
  const { node, signal } = host;
  const isUp = node.state === 'up' || node.state === 'remote';
  return (
    isUp &&
    call.isFaulted !== true &&
    node.boot === boot &&
    !signal.aborted &&
    !call.signal?.aborted
  );
}

/**
 * For a request whose connection ended without a byte of an answer: sends it once more by `repeat`, which uses a fresh connection, and
 * judges that answer, as far as it tells what the first would have been. Throws UndecidedError where it does not.
 */
export async function judgeRepetition(
  asked: Asked,
  first: Exchange,
  repeat: () => Promise<Exchange>,
): Promise<Exchange> {
  const silence = await probe(asked, first);
  if (silence.kind === 'exited') {
    if (asked.isJudged) tellExit(asked, first, silence.text);
    return first;
  }
  const { isKept, phase } = first.failure!;
  if (isKept) asked.host.workplace.connections.closesUnannounced = true;
  const second = await repeat();
  if (!second.response) {
    if (asked.isJudged) await judgeSilence(asked, second, true);
    return second;
  }
  const fits = fitsExpectation(asked, second);
  const isTold = phase === 'connect' || tells(asked, second, fits);
  // Only the end of a connection that had been answered on may cross a request.
  if (!isKept && asked.isJudged && (isTold || fits === false)) {
    tellLateAnswer(asked, first, second, isTold);
  }
  if (isTold) return judged(asked, second);
  throw new UntoldError(asked.name, second.response.status);
}

function tellLateAnswer(
  { host, name }: Asked,
  first: Exchange,
  second: Exchange,
  isTold: boolean,
): void {
  host.ledger.check(NO_ANSWER, `${name} is answered at once`, false, {
    message: isTold
      ? `${name} got an HTTP answer only when it was sent again`
      : `${name} got no HTTP answer, and sent again not the right one`,
    expected: 'an answer',
    actual: `${first.failure?.error}, then status ${second.response?.status}`,
    level: isTold ? 'warn' : 'fail',
    request: curlRequest(first),
  });
}

function tells({ name, call }: Asked, second: Exchange, fits: boolean | undefined): boolean {
  const named = name === 'tenant_create' ? call.tenant : call.timeline;
  return isTelling({
    operation: name,
    method: second.request.method,
    status: second.response!.status,
    fits,
    namesItsOwn: named !== undefined,
  });
}

/** Whether the call's expectation finds no more than what the answer says by itself; undefined where it expects nothing. */
function fitsExpectation({ host, name, call }: Asked, exchange: Exchange): boolean | undefined {
  if (!call.expect) return undefined;
  const { judge, catalogue } = host.workplace;
  const shown = judgedExchange(catalogue.operation(name), exchange);
  return judgeExpectation(judge, shown, call.expect).length <= judge.judge(shown).length;
}

function judgeAnswer({ host, name, call }: Asked, exchange: Exchange): void {
  const { ledger, workplace } = host;
  ledger.exchange();
  const shown = judgedExchange(workplace.catalogue.operation(name), exchange);
  if (!call.expect) {
    for (const finding of workplace.judge.judge(shown)) ledger.finding(finding);
    return;
  }
  const findings = judgeExpectation(workplace.judge, shown, call.expect);
  const requirement = call.expect.requirement ?? obligationOf(exchange, call.expect);
  const levels = findings
    .filter((finding) => finding.requirement === requirement)
    .map((finding) => (finding.kind === 'server' ? finding.level : 'warn'));
  ledger.decide(requirement, call.expect.name, worstVerdict(levels));
  for (const finding of findings) ledger.finding(finding);
}

/** Without a fault in the way every well-formed request is answered (judging section 8), though it may be on a second try. */
async function judgeSilence(asked: Asked, exchange: Exchange, isSecond = false): Promise<void> {
  const { host, name, call } = asked;
  if (call.signal?.aborted || host.signal.aborted) return;
  const silence = await probe(asked, exchange);
  if (silence.kind === 'exited') {
    tellExit(asked, exchange, silence.text);
  } else if (call.isFaulted) {
    return;
  } else if (call.expect) {
    unanswered(host, exchange, call.expect);
  } else if (isSecond) {
    const finding = noAnswerTwice(asked, exchange);
    host.ledger.decide(NO_ANSWER, `${name} is answered`, finding.level);
    host.ledger.finding(finding);
  } else {
    host.ledger.check(NO_ANSWER, `${name} is answered`, false, {
      message: `${name} got no HTTP answer, while the node answers others`,
      actual: `${exchange.failure?.error} (${exchange.failure?.phase})`,
      request: curlRequest(exchange),
    });
  }
}

function noAnswerTwice({ host, name }: Asked, exchange: Exchange): Finding {
  const error = exchange.failure?.error ?? 'none';
  return host.workplace.judge.judgeNoAnswer(curlRequest(exchange), name, error);
}

function probe({ host, name, boot }: Asked, exchange: Exchange): Promise<Silence> {
  const during = `${exchange.request.method} ${new URL(exchange.request.url).pathname} (${name})`;
  const { node, scenario, workplace } = host;
  return probeSilence({ node, boot, readyPath: workplace.target.ready.path, during, scenario });
}

function tellExit({ host, name }: Asked, exchange: Exchange, text: string): void {
  host.ledger.check(NO_ANSWER, 'the process lives on', false, {
    message: `${text} during ${name}`,
    request: curlRequest(exchange),
  });
}
