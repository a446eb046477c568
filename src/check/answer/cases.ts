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

/** The judge with its cases. */
export interface Judge extends AnswerJudge {
  /** The request was valid: only a documented success is right (default: any that the operation has). */
  judgeSuccess(exchange: Exchange, status?: number, requirement?: string): readonly Finding[];
  /** The request had this one thing wrong with it. */
  judgeRefusal(exchange: Exchange, refusal: RefusalCase): readonly Finding[];
  /** An error is the only sense, but the document has no status for it: every 4xx and 5xx is right, undocumented ones warn. */
  judgeUndocumentedCase(
    exchange: Exchange,
    cause: string,
    requirement?: string,
  ): readonly Finding[];
  /** Several things were wrong with it: any status that fits one of them is right. */
  judgeOneOf(
    exchange: Exchange,
    statuses: readonly number[],
    cause: string,
    requirement?: string,
  ): readonly Finding[];
  /** The request was malformed HTTP: 4xx and 5xx are right and not judged further. A closed connection has no exchange. */
  judgeMalformedHttp(exchange: Exchange, cause: string): readonly Finding[];
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
    judgeSuccess(exchange, status, requirement) {
      const wanted = status === undefined ? successes(judge, exchange) : [status];
      const actual = exchange.response.status;
      if (wanted.includes(actual)) return judge.judge(exchange);
      return add(exchange, `${exchange.operation}.${wanted[0]}`, {
        rule: 'success-missing',
        message: `${exchange.operation} did not give a valid request its documented success.`,
        expected: wanted.join(' or '),
        actual: String(actual),
        requirement,
      });
    },
    judgeRefusal: (exchange, refusal) => judgeRefusal(judge, add, exchange, refusal),
    judgeUndocumentedCase(exchange, cause, requirement) {
      if (exchange.response.status >= 400) return judge.judge(exchange);
      return add(exchange, `${exchange.operation}.${exchange.response.status}`, {
        rule: 'case-accepted',
        message: `${exchange.operation} succeeded with ${cause}.`,
        expected: 'an error',
        actual: String(exchange.response.status),
        requirement,
      });
    },
    judgeOneOf(exchange, statuses, cause, requirement) {
      const refusal = { statuses, cause, ...(requirement === undefined ? {} : { requirement }) };
      const findings = judgeRefusal(judge, add, exchange, refusal);
      // A status that the rules of judging list is right here, documented or not.
      if (!statuses.includes(exchange.response.status)) return findings;
      return findings.filter((finding) => finding.requirement !== 'http.documented-status');
    },
    judgeMalformedHttp(exchange, cause) {
      if (exchange.response.status >= 400) return [];
      const finding = judge.finding(exchange, `${exchange.operation}.400`, {
        rule: 'malformed-http-accepted',
        message: `Malformed HTTP (${cause}) was answered with a success.`,
        expected: '4xx, 5xx or a closed connection',
        actual: String(exchange.response.status),
      });
      return finding ? [finding] : [];
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
  // Another refusal of a request that only breaks its schema: what is undocumented about it, the judge says itself.
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
