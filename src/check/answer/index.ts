// The contract judge's face. Pure functions of exchanges; the rules are data in `spec/judging.yaml`.

import type { Catalogue } from '../../catalogue/index.ts';
import { type Judge, withCases } from './cases.ts';
import { type AnswerJudgeOptions, createAnswerJudge } from './judge.ts';

export { type BodyReading, readJsonBody } from './body.ts';
export type { Judge, RefusalCase } from './cases.ts';
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
export { type AnswerJudgeOptions, documentedAnswer } from './judge.ts';

/** The judge of answers, with the cases that scenarios declare. Make one for each worker: it keeps compiled schemas. */
export function createJudge(catalogue: Catalogue, options: AnswerJudgeOptions = {}): Judge {
  return withCases(createAnswerJudge(catalogue, options));
}
