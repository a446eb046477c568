// Causing an obligation: a recipe is a list of ways, tried in order until the documented status comes.

import type { Catalogue } from '../../catalogue/index.ts';
import type { Exchange } from '../../client/index.ts';
import { UnsupportedError } from '../../core/exit.ts';
import { curlRequest } from './exchange-request.ts';
import type { Ledger } from './ledger.ts';

/** One way to cause an answer. May throw UnsupportedError; `name` says how, for reports (a hook must say so). */
export interface Way {
  readonly name: string;
  readonly run: () => Promise<Exchange>;
}

/** The name of a way that launches the target with a hook of its file: reports tell such cells apart. */
export const hookWay = (env: Readonly<Record<string, string>>): string =>
  `${HOOK} (${Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')})`;
const HOOK = 'a hook of the target file';

/** The hook that caused an obligation, by the name of its check; undefined for every other check. */
export function hookOfCheck(
  check: string,
): { readonly obligation: string; readonly hook: string } | undefined {
  const found = HOOK_CHECK.exec(check);
  return found ? { obligation: found[1]!, hook: found[2]! } : undefined;
}
const HOOK_CHECK = new RegExp(`^(\\w+\\.\\d{3}): caused by (${HOOK} .*)$`);

/** What it means when no way leads to the documented status. */
export interface CauseOptions {
  /**
   * `fail`: the document names this very case (a success of a right request, a second create). `warn`: it does not.
   * `unsupported`: this target can't be brought to it from outside. Default: `fail` for 2xx, `unsupported` for 5xx, else `fail`.
   */
  readonly otherwise?: 'fail' | 'warn' | 'unsupported';
  /** Statuses that are right here too (two errors at once): the obligation is then `unsupported`, not broken. */
  readonly alsoRight?: readonly number[];
}

/** Causes `operation.status` by one of the ways; returns the exchange that did, or the last one. */
export type Cause = (
  obligation: string,
  ways: readonly Way[] | Way['run'],
  options?: CauseOptions,
) => Promise<Exchange | undefined>;

/** Makes the function for one scenario. Obligations that the document at hand does not have are passed over. */
export function createCause(ledger: Ledger, catalogue: Catalogue): Cause {
  const known = new Set(catalogue.obligations.map((obligation) => obligation.id));
  return async (obligation, given, options = {}) => {
    const ways = typeof given === 'function' ? [{ name: 'request', run: given }] : given;
    const status = Number(obligation.split('.').at(-1));
    let last: Exchange | undefined;
    let reason = 'no way is known';
    for (const way of ways) {
      try {
        last = await way.run();
      } catch (error) {
        if (!(error instanceof UnsupportedError)) throw error;
        reason = error.message;
        continue;
      }
      if (last.response?.status === status) {
        if (known.has(obligation)) ledger.check(obligation, `caused by ${way.name}`, true);
        return last;
      }
      reason = `${way.name} was answered ${last.response?.status ?? last.failure?.error}`;
    }
    if (known.has(obligation)) missed(ledger, obligation, status, { last, reason, options });
    return last;
  };
}

interface Miss {
  readonly last: Exchange | undefined;
  readonly reason: string;
  readonly options: CauseOptions;
}

function missed(ledger: Ledger, obligation: string, status: number, miss: Miss): void {
  const { last, reason, options } = miss;
  const actual = last?.response?.status;
  const otherwise = options.otherwise ?? (status >= 500 ? 'unsupported' : 'fail');
  const alsoRight = actual !== undefined && options.alsoRight?.includes(actual);
  if (last === undefined || otherwise === 'unsupported' || alsoRight) {
    ledger.unsupported(obligation, `can not be caused from outside: ${reason}`);
    return;
  }
  ledger.check(obligation, `answers ${status}`, false, {
    message:
      status < 300
        ? `a right request did not get the documented ${status}`
        : `the documented case for ${status} got another answer`,
    expected: `status ${status}`,
    actual: actual === undefined ? `no answer (${last.failure?.error})` : `status ${actual}`,
    level: otherwise,
    request: curlRequest(last),
  });
}
