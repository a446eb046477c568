// One request and its answer, as the contract judge sees them. No HTTP library's types: `check` imports no client.

import type { FramingProblem } from './framing.ts';

/** Headers by lower-case name; several values of one name are a list. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What was sent. */
export interface ExchangeRequest {
  readonly method: string;
  /** Absolute URL. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** The body's bytes, transfer coding undone; empty where there was none. */
  readonly body: Uint8Array;
  /** What a raw reading of the connection showed (`analyseRawAnswer`); absent where nobody looked. */
  readonly framing?: readonly FramingProblem[];
}

/** One exchange. */
export interface Exchange {
  /** Name of the operation (`attach`), or undefined for a route that the document does not have. */
  readonly operation: string | undefined;
  readonly request: ExchangeRequest;
  readonly response: ExchangeAnswer;
  /** For findings only. */
  readonly tenant?: string;
  /** For findings only. */
  readonly node?: string;
}
