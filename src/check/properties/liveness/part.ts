// What the parts of P7 have in common.

import type { HistoryLine } from '../../../history/events.ts';
import type { Call } from '../../ownership/calls.ts';

/** One part of P7. */
export interface LivenessPart {
  line(line: HistoryLine, call: Call | undefined): void;
  end(whole: boolean): void;
  deciding(): number;
  /** What could not be decided, in one sentence. */
  undecided(): string | undefined;
  /** The scenarios whose tenants that concerns; undefined: it may concern all. */
  undecidedIn?(): readonly string[] | undefined;
}
