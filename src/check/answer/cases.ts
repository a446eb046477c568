// Answers together with what the scenario knows of the request: was it valid, or what was wrong with it? Each function also
// judges the answer by itself.

import type { Finding } from '../../core/finding.ts';
import type { Exchange, ExchangeRequest } from './exchange.ts';
import type { AnswerJudge } from './judge.ts';
import type { Sighting } from './rules.ts';

/** A refusal that a request is to get. */
export interface RefusalCase {
  /** The documented statuses that fit; the first is the obligation that a finding names. */
  readonly statuses: readonly number[];
  /** What is wrong with the request, in a few words: `an id of 31 digits`. */
  readonly cause: string;
  /**
   * How much an acceptance weighs. `refusal`: it is a `fail` · `named`: the text of the documented 400 names the cause (`fail`,
   * named apart) · `schema`: the request only breaks its schema, so accepting it is a `warn`, as is any other 4xx.
   */
  readonly weight?: 'refusal' | 'named' | 'schema';
  /** Requirement that a finding names instead. */
  readonly requirement?: string;
}

/** A success that a request is to get. */
export interface SuccessCase {
  /** Default: any success that the operation has. */
  readonly status?: number;
  /** What a refusal comes under: a row of `spec/judging.yaml`. Default: `success-missing`. */
  readonly rule?: SuccessRule;
  /** Requirement that a finding names instead of the rule's own. */
  readonly requirement?: string;
}

/** Rows that weigh the refusal of a valid request. */
export type SuccessRule =
  | 'success-missing'
  | 'refuses-valid'
  | 'lsn-spelling-refused'
  | 'scheme-case-refused'
  | 'id-case-refused';

/** The judge with its cases. */
export interface Judge extends AnswerJudge {
  /** The request was valid: only a documented success is right. */
  judgeSuccess(exchange: Exchange, success?: SuccessCase): readonly Finding[];
  /** The request had this one thing wrong with it. */
  judgeRefusal(exchange: Exchange, refusal: RefusalCase): readonly Finding[];
  /** An error is the only sense, but the document has no status for it: every 4xx and 5xx is right, undocumented ones warn. */
  judgeUndocumentedCase(
    exchange: Exchange,
    cause: string,
    requirement?: string,
  ): readonly Finding[];
  /** Several things were wrong with it, or nobody can say: any of the statuses is right. */
  judgeOneOf(exchange: Exchange, refusal: RefusalCase): readonly Finding[];
  /** A well-formed request got no HTTP answer, without a fault, twice, the second time on a fresh connection. */
  judgeNoAnswer(request: ExchangeRequest, operation: string | undefined, error: string): Finding;
}

/** The judge of answers with all its cases. */
export function withCases(judge: AnswerJudge): Judge {
  const add = (exchange: Exchange, obligation: string, seen: Sighting): readonly Finding[] => {
    const finding = judge.finding(exchange, obligation, seen);
    return finding ? [...judge.judge(exchange), finding] : judge.judge(exchange);
  };
  return {
    ...judge,
    judgeSuccess(exchange, { status, rule = 'success-missing', requirement } = {}) {
      const wanted = status === undefined ? successes(judge, exchange) : [status];
      const actual = exchange.response.status;
      if (wanted.includes(actual)) return judge.judge(exchange);
      return add(exchange, `${exchange.operation}.${wanted[0]}`, {
        rule,
        message: `${exchange.operation} did not give a valid request its documented success.`,
        expected: wanted.join(' or '),
        actual: String(actual),
        requirement,
      });
    },
    judgeRefusal: (exchange, refusal) => judgeRefusal(judge, add, exchange, refusal),
    judgeUndocumentedCase(exchange, cause, requirement) {
      const { status } = exchange.response;
      const isError = status >= 400;
      return add(exchange, `${exchange.operation}.${status}`, {
        rule: isError ? 'no-status-for-case' : 'case-accepted',
        message: `${exchange.operation} ${isError ? 'refused' : 'succeeded with'} ${cause}.`,
        expected: 'an error',
        actual: String(status),
        requirement,
      });
    },
    judgeOneOf(exchange, refusal) {
      const { status } = exchange.response;
      if (!refusal.statuses.includes(status)) return judgeRefusal(judge, add, exchange, refusal);
      const findings = add(exchange, `${exchange.operation}.${status}`, {
        rule: 'two-errors',
        message: `${exchange.operation} answered ${status} to ${refusal.cause}.`,
        requirement: refusal.requirement,
      });
      // A status that the rules of judging list is right here, documented or not.
      return findings.filter((finding) => finding.requirement !== 'http.documented-status');
    },
    judgeNoAnswer: (request, operation, error) => noAnswer(judge, request, operation, error),
  };
}

type Add = (exchange: Exchange, obligation: string, seen: Sighting) => readonly Finding[];

function judgeRefusal(
  judge: AnswerJudge,
  add: Add,
  exchange: Exchange,
  { statuses, cause, weight = 'refusal', requirement }: RefusalCase,
): readonly Finding[] {
  const { status } = exchange.response;
  if (statuses.includes(status)) return judge.judge(exchange);
  const accepted = status < 400;
  // Another refusal of a request that only breaks its schema: what is undocumented about it the judge says itself.
  if (weight === 'schema' && !accepted && status < 500) return judge.judge(exchange);
  const acceptedRule = {
    refusal: 'refusal-missing',
    named: 'accepts-named',
    schema: 'accepts-more',
  };
  return add(exchange, `${exchange.operation}.${statuses[0]}`, {
    rule: accepted ? acceptedRule[weight] : 'refusal-missing',
    message: accepted
      ? `${exchange.operation} accepted ${cause}.`
      : `${exchange.operation} refused ${cause} with another status than documented.`,
    expected: statuses.join(' or '),
    actual: String(status),
    requirement,
  });
}

function successes(judge: AnswerJudge, exchange: Exchange): number[] {
  const operation = judge.catalogue.operation(exchange.operation ?? '');
  const documented = operation?.answers ?? [];
  return documented.map((answer) => Number(answer.status)).filter((status) => status < 400);
}

function noAnswer(
  judge: AnswerJudge,
  request: ExchangeRequest,
  operation: string | undefined,
  error: string,
): Finding {
  const message = `${operation ?? request.method} got no HTTP answer, and none again on a fresh connection.`;
  const response = { status: 0, headers: {}, body: new Uint8Array() };
  const exchange = { operation, request, response };
  const seen = { rule: 'no-answer', message, expected: 'an answer', actual: error };
  const finding = judge.finding(exchange, 'http.always-answers', seen);
  return finding ?? { requirement: 'http.always-answers', level: 'fail', kind: 'server', message };
}
