// Builds a request of an operation: path from the document's template, query, body, token.

import type { ApiOperation } from '../../catalogue/index.ts';
import type { SuccessRule } from '../../check/answer/index.ts';

/** What a suite says of one call. Absent members take what a right request has. */
export interface CallOptions {
  /** `tenant_id` of the path, as it is to be spelt. */
  readonly tenant?: string;
  /** `timeline_id` of the path. */
  readonly timeline?: string;
  /** Query parameters; a list is sent doubled, a string as the whole query verbatim. */
  readonly query?: Readonly<Record<string, string | readonly string[]>> | string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Buffer;
  /** Extra or replaced headers; `null` leaves a header out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Authorization token; `null` sends none; absent: a right one. */
  readonly token?: string | null;
  readonly method?: string;
  /** The whole path instead of the template's. */
  readonly path?: string;
  readonly timeoutMs?: number;
  /** A fault is in the way: that no answer comes is not held against the target, nor is it asked again. */
  readonly isFaulted?: boolean;
  /** What the answer must be: one distinct check. Absent: the answer is judged by itself only. */
  readonly expect?: Expectation;
  readonly signal?: AbortSignal;
}

/** What is known of a request, and so what its answer must be (judging section 8). */
export type Expectation = {
  /** Names the check, unique within the scenario and requirement: `refuses an id of 31 digits`. */
  readonly name: string;
  /** The requirement that it decides. Default: the obligation of the expected answer. */
  readonly requirement?: string;
} /** `rule`: what a refusal comes under; see `SuccessCase`. */ & (
  | { readonly kind: 'success'; readonly status?: number; readonly rule?: SuccessRule }
  /** The one thing that is wrong has documented statuses; see `RefusalCase` for `weight`. */
  | {
      readonly kind: 'refusal';
      readonly statuses: readonly number[];
      readonly cause: string;
      readonly weight?: 'refusal' | 'named' | 'schema';
    }
  /** Only an error makes sense, but the document has no status for it. */
  | { readonly kind: 'undocumented'; readonly cause: string }
  /** Several things are wrong, or nobody can say: any of the statuses; others by `weight`. */
  | {
      readonly kind: 'one-of';
      readonly statuses: readonly number[];
      readonly cause: string;
      readonly weight?: 'refusal' | 'schema';
    }
);

/** Path and query of a call. */
export function requestPath(operation: ApiOperation | undefined, options: CallOptions): string {
  const template = options.path ?? operation?.path ?? '/';
  const path =
    options.path ??
    template
      .replace('{tenant_id}', options.tenant ?? '{tenant_id}')
      .replace('{timeline_id}', options.timeline ?? '{timeline_id}');
  const query = queryText(options.query);
  return query === '' ? path : `${path}?${query}`;
}

function queryText(query: CallOptions['query']): string {
  if (query === undefined) return '';
  if (typeof query === 'string') return query;
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : value) {
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
    }
  }
  return parts.join('&');
}

/** Headers of a call, in the order in which they are sent. */
export function requestHeaders(
  options: CallOptions,
  token: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (options.body !== undefined || options.rawBody !== undefined) {
    headers['content-type'] = 'application/json';
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === null) delete headers[name.toLowerCase()];
    else headers[name] = value;
  }
  return headers;
}
