// The contract judge's face. Pure functions of exchanges; the rules are data in `spec/judging.yaml`.

import type { Catalogue } from '../../catalogue/index.ts';
import { type Judge, withCases } from './cases.ts';
import { createAnswerJudge } from './judge.ts';

export { type BodyReading, readJsonBody } from './body.ts';
export type { Judge, RefusalCase, SuccessCase, SuccessRule } from './cases.ts';
export type { AnswerHeaders, Exchange, ExchangeAnswer, ExchangeRequest } from './exchange.ts';
export {
  type AnswerEnd,
  analyseRawAnswer,
  type FramingKind,
  type FramingProblem,
  type RawAnswer,
  type RawAnswerContext,
} from './framing.ts';
export { parseExactJson } from './json/strict.ts';
export { documentedAnswer } from './judge.ts';

/** The judge of answers, with the cases that scenarios declare. Make one for each worker: it keeps compiled schemas. */
export function createJudge(catalogue: Catalogue): Judge {
  return withCases(createAnswerJudge(catalogue));
}
