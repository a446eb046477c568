// Judges an answer by what the suite knows of its request.

import type { Judge, Exchange as JudgedExchange } from '../../check/answer/index.ts';
import type { Exchange } from '../../client/index.ts';
import type { Finding } from '../../core/finding.ts';
import { curlRequest } from './exchange-request.ts';
import type { Ledger } from './ledger.ts';
import type { Expectation } from './request.ts';

/** The findings of the answer by itself and of the expectation. */
export function judgeExpectation(
  judge: Judge,
  exchange: JudgedExchange,
  expected: Expectation,
): readonly Finding[] {
  const requirement = expected.requirement;
  switch (expected.kind) {
    case 'success':
      return judge.judgeSuccess(exchange, expected.status, requirement);
    case 'refusal':
      return judge.judgeRefusal(exchange, {
        statuses: expected.statuses,
        cause: expected.cause,
        ...(expected.weight === undefined ? {} : { weight: expected.weight }),
        ...(requirement === undefined ? {} : { requirement }),
      });
    case 'undocumented':
      return judge.judgeUndocumentedCase(exchange, expected.cause, requirement);
    case 'one-of':
      return judge.judgeOneOf(exchange, expected.statuses, expected.cause, requirement);
    case 'malformed':
      return judge.judgeMalformedHttp(exchange, expected.cause);
  }
}

/** The obligation that an expectation decides where it names no requirement. */
export function obligationOf(exchange: Exchange, expected: Expectation): string {
  const actual = exchange.response?.status;
  const status =
    expected.kind === 'success'
      ? (expected.status ?? actual)
      : 'statuses' in expected
        ? expected.statuses[0]
        : actual;
  return `${exchange.operation}.${status}`;
}

/** A request that got no HTTP answer: broken, unless malformed HTTP was sent (closing is right then). */
export function unanswered(
  host: { readonly ledger: Ledger },
  exchange: Exchange,
  expected: Expectation,
): void {
  const requirement = expected.requirement ?? obligationOf(exchange, expected);
  host.ledger.check(requirement, expected.name, expected.kind === 'malformed', {
    message: 'the request got no HTTP answer',
    expected: 'an answer',
    actual: exchange.failure?.error ?? 'none',
    request: curlRequest(exchange),
  });
}
