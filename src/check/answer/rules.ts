// From "this was seen" to a finding: the rules of `spec/judging.yaml` say what it weighs and which requirement it names, the
// contradictions say when it is the document's fault.

import type { Catalogue, Consequence } from '../../catalogue/index.ts';
import { HarnessError } from '../../core/exit.ts';
import type { Finding, FindingRequest } from '../../core/finding.ts';
import type { Exchange, ExchangeRequest } from './exchange.ts';

/** What was seen. */
export interface Sighting {
  /** Row of `spec/judging.yaml`. */
  readonly rule: string;
  /** One sentence. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Place within the body, where it has one. */
  readonly place?: string;
  /** Requirement that is named instead of the rule's own. */
  readonly requirement?: string | undefined;
}

/** Makes the finding of something seen; undefined where the rules call it right or do not judge it. */
export type FindingMaker = (
  exchange: Exchange,
  obligation: string,
  seen: Sighting,
) => Finding | undefined;

/** A maker by the rules of this catalogue. */
export function createFindingMaker(catalogue: Catalogue): FindingMaker {
  const rules = new Map(catalogue.judging.map((row) => [row.id, row]));
  const consequences = catalogue.contradictions.flatMap((contradiction) =>
    (contradiction.follows ?? []).map((follows) => ({ id: contradiction.id, follows })),
  );
  return (exchange, obligation, seen) => {
    const row = rules.get(seen.rule);
    if (!row) throw new HarnessError(`spec/judging.yaml has no rule "${seen.rule}"`);
    const level = row.verdict;
    if (level !== 'fail' && level !== 'warn') return undefined;
    const excuse = consequences.find(({ follows }) => excuses(follows, exchange, seen));
    return {
      requirement: seen.requirement ?? row.requirement ?? obligation,
      level,
      kind: excuse ? 'document' : 'server',
      message: seen.message,
      ...(seen.expected === undefined ? {} : { expected: seen.expected }),
      ...(seen.actual === undefined ? {} : { actual: seen.actual }),
      request: requestOf(exchange.request),
      ...(excuse ? { contradiction: excuse.id } : {}),
      ...(exchange.tenant === undefined ? {} : { tenant: exchange.tenant }),
      ...(exchange.node === undefined ? {} : { node: exchange.node }),
    };
  };
}

function excuses(follows: Consequence, exchange: Exchange, seen: Sighting): boolean {
  if (follows.rule !== seen.rule) return false;
  if (follows.operations && !follows.operations.includes(exchange.operation ?? '')) return false;
  if (follows.statuses && !follows.statuses.includes(exchange.response.status)) return false;
  return follows.member === undefined || seen.place?.split('/').at(-1) === follows.member;
}

function requestOf(request: ExchangeRequest): FindingRequest {
  return {
    method: request.method,
    url: request.url,
    headers: request.headers ?? {},
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}
