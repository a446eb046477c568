// The way of one request through received, committed and answered, with the rules between (judging section 3:
// a completely received request commits though the node has gone; what the lane cuts commits before the cut or never).

import type { Decision, Rules } from '../rule/rules.ts';
import { type Answer, errorAnswer } from '../s3/answer.ts';
import { S3Error } from '../s3/error.ts';
import type { Recorder } from '../witness/recorder.ts';
import type { Exchange } from './exchange.ts';
import { sendAnswer, sendShaped, statusGoesOut } from './send.ts';

/** What the stages work with. */
export interface StageContext {
  readonly rules: Rules;
  readonly recorder: Recorder;
  /** Told of what is our own fault; the writer gets a 500. */
  readonly onFault: (error: unknown) => void;
}

/** Takes a whole request through its stages. Rejects only for our own faults. */
export async function passStages(context: StageContext, exchange: Exchange): Promise<void> {
  const { rules, recorder } = context;
  recorder.received(exchange);
  const early = await (rules.at('received', exchange) ?? GO);
  if (early.kind !== 'go') {
    if (exchange.action.mutates) recorder.dropped(exchange, exchange);
    await end(context, exchange, early);
    return;
  }
  const answer = await carryOut(context, exchange);
  exchange.stage = 'committed';
  const late = await (rules.at('committed', exchange) ?? GO);
  if (late.kind !== 'go') await end(context, exchange, late);
  else await answerIt(context, exchange, answer);
}

const GO: Decision = { kind: 'go' };

/** Runs the action; what of a change did not happen is recorded as dropped. */
async function carryOut(context: StageContext, exchange: Exchange): Promise<Answer> {
  const { recorder } = context;
  const { action } = exchange;
  const committed = new Set<string>();
  try {
    return await action.run((commit) => {
      committed.add(commit.key);
      recorder.committed(exchange, commit, exchange);
    });
  } catch (error) {
    if (action.mutates) {
      const rest = action.keys.filter((key) => !committed.has(key));
      if (rest.length > 0) recorder.dropped(exchange, exchange, rest);
    }
    if (!(error instanceof S3Error)) context.onFault(error);
    return answerFor(error, exchange);
  }
}

function answerFor(error: unknown, exchange: Exchange): Answer {
  const known = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
  return errorAnswer(known, exchange.request.method ?? '', exchange.req);
}

/**
 * The answer goes out; rules at `answered` act once its status line has. The line is recorded before its first byte
 * leaves: what the node does with an answer then never comes before it in the history.
 */
async function answerIt(context: StageContext, exchange: Exchange, answer: Answer): Promise<void> {
  const decided = context.rules.at('answered', exchange);
  context.recorder.answered(
    exchange,
    {
      ...(statusGoesOut(exchange, answer) ? { status: answer.status } : exchange.ending),
      ...(answer.version === undefined ? {} : { etag: answer.version }),
      ...(answer.keys === undefined ? {} : { keys: answer.keys }),
    },
    exchange,
  );
  if (!decided && !exchange.shape) await sendAnswer(exchange, answer);
  else await sendShaped(exchange, answer, () => goesOn(exchange, decided ?? Promise.resolve(GO)));
}

/** Whether the rest of the answer follows its status line. */
async function goesOn(exchange: Exchange, decided: Promise<Decision>): Promise<boolean> {
  const decision = await decided;
  if (decision.kind === 'go') return true;
  // The status line is out: an error can't replace it any more, only the break is left.
  if (decision.kind !== 'swallow') exchange.connection.reset();
  return false;
}

/** A rule ended the request: with an error, a reset, or silence. */
async function end(
  context: StageContext,
  exchange: Exchange,
  decision: Exclude<Decision, { kind: 'go' }>,
): Promise<void> {
  if (decision.kind === 'fail') {
    const error = new S3Error(decision.status, decision.code, 'This request was made to fail.');
    const answer = errorAnswer(error, exchange.request.method ?? '', exchange.req);
    const retry: Record<string, string> =
      decision.retryAfter === undefined ? {} : { 'retry-after': String(decision.retryAfter) };
    await answerIt(context, exchange, { ...answer, headers: { ...answer.headers, ...retry } });
    return;
  }
  if (decision.kind === 'reset') exchange.connection.reset();
  else exchange.connection.markLane();
  if (exchange.stage === 'committed') {
    context.recorder.answered(exchange, exchange.ending, exchange);
  }
}
