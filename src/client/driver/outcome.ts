// How a step of the driver ended. Data: what the target does wrong is a value here, never an exception.

import type { Exchange } from '../exchange/exchange.ts';

/** Members of every outcome. */
export interface OutcomeBase {
  /** From the first call on, milliseconds. */
  readonly elapsedMs: number;
  /** The target's own limit had passed, and yet it ended well: `warn` (judging section 5). */
  readonly late: boolean;
  /** How often the operation itself was sent. */
  readonly attempts: number;
  /** The last exchange of the operation itself; absent when nothing was sent. */
  readonly last?: Exchange;
}

/**
 * `active`, `broken`: what the tenant came to · `done`: a detach, ignore or create is over, and may-own with it where that is
 * what it is for · `absent`: the tenant is not there (and, after an ignore without its 200, may still be owned) ·
 * `refused`: an error that has no effect; `mayOwn` says whether an earlier call still may have one · `stuck`: three times the
 * limit passed while nothing held it: the target's failure · `unresolved`: answered, but a call that nobody can account for keeps
 * may-own open: a limit of the suite, no failure.
 */
export type DriverOutcome =
  | (OutcomeBase & { readonly kind: 'active' | 'broken' | 'absent' | 'done' })
  | (OutcomeBase & { readonly kind: 'refused'; readonly status: number; readonly mayOwn: boolean })
  | (OutcomeBase & { readonly kind: 'stuck'; readonly seen: string })
  | (OutcomeBase & { readonly kind: 'unresolved'; readonly calls: readonly string[] });

/** What a step itself finds; the frame adds the rest. */
export type Ending =
  | { readonly kind: 'active' | 'broken' | 'absent' | 'done' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'stuck'; readonly seen: string }
  | { readonly kind: 'unresolved'; readonly calls: readonly string[] };
