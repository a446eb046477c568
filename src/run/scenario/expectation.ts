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
  switch (expected.kind) {
    case 'success':
      return judge.judgeSuccess(exchange, expected);
    case 'refusal':
      return judge.judgeRefusal(exchange, expected);
    case 'undocumented':
      return judge.judgeUndocumentedCase(exchange, expected.cause, expected.requirement);
    case 'one-of':
      return judge.judgeOneOf(exchange, expected);
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

/** A request that got no HTTP answer: whatever was expected of it, it was well formed. */
export function unanswered(
  host: { readonly ledger: Ledger },
  exchange: Exchange,
  expected: Expectation,
): void {
  const requirement = expected.requirement ?? obligationOf(exchange, expected);
  host.ledger.check(requirement, expected.name, false, {
    message: 'the request got no HTTP answer',
    expected: 'an answer',
    actual: exchange.failure?.error ?? 'none',
    request: curlRequest(exchange),
  });
}
