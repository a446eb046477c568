// One request and what became of it, as every user of the client sees it. Data only.

import type { CompletionLine, NodeId } from '../../history/events.ts';

/** Names and values of headers, in order, duplicates kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** How far a call had come when it broke; `connect` = no byte left us (history, CompletionLine). */
export type CallPhase = NonNullable<CompletionLine['phase']>;

/** What was sent: everything that a `curl` line needs. */
export interface ExchangeRequest {
  readonly method: string;
  /** Absolute URL: the origin and the path exactly as it was sent. */
  readonly url: string;
  /** By name as sent; several values of one name are joined with a comma (RFC 9110 section 5.3). */
  readonly headers: Readonly<Record<string, string>>;
  /** As sent, `x-request-id` included. `host` and `connection` are added by the connection. */
  readonly headerList: HeaderList;
  readonly body?: string | Buffer;
}

/** An answer that arrived whole. Times are nanoseconds of the client's clock. */
export interface ExchangeResponse {
  readonly status: number;
  /** By lower-case name; several values of one name are a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As received, spelling and order kept. */
  readonly headerList: HeaderList;
  /** Transfer coding undone; nothing else changed. */
  readonly body: Buffer;
  readonly startedAt: bigint;
  readonly firstByteAt: bigint;
  readonly endedAt: bigint;
}

/** Why there is no whole answer. */
export interface ExchangeFailure {
  /** `timeout`, `aborted`, an errno name (`ECONNRESET`), a parser code (`HPE_…`) or one of undici's (`UND_ERR_SOCKET`). */
  readonly error: string;
  readonly phase: CallPhase;
  /** True where the connection had been answered on before: its end may have crossed the request. */
  readonly isKept: boolean;
  readonly message: string;
  /** Set when the whole head arrived: the answer as far as it came. */
  readonly status?: number;
  readonly headers?: ExchangeResponse['headers'];
  readonly body?: Buffer;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
}

/** One call from its first byte to its end: exactly one of `response` and `failure` is there. */
export interface Exchange {
  /** Name of the operation (`attach`), or what the caller gave for a route that the document does not have. */
  readonly operation: string;
  readonly node: NodeId;
  readonly call: string;
  readonly tenant?: string;
  readonly timeline?: string;
  readonly request: ExchangeRequest;
  readonly response?: ExchangeResponse;
  readonly failure?: ExchangeFailure;
  /** The outcome as it stands in the history (judging section 1). */
  readonly outcome: Outcome;
}

/** The outcome of a call, in the words of the history's completion line. */
export type Outcome = Pick<
  CompletionLine,
  'type' | 'status' | 'distinguished' | 'error' | 'phase' | 'seen'
>;
