// What the history checkers say. Data only: `run` makes verdicts of it, `report` makes text.

import type { Finding } from '../core/finding.ts';
import type { CheckOutcome, Profile } from '../core/verdict.ts';

/** The properties of design section 6, and `machine`: the answers fit some order of the calls (judging section 4). */
export const PROPERTIES = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'machine'] as const;

/** One of the properties. */
export type PropertyId = (typeof PROPERTIES)[number];

/** What one checker says of one history. */
export interface PropertyReport {
  /**
   * `violated`: at least one finding counts. Findings of level `warn` or of kind `document` or `unclear` never
   * count, except a hazard (P1), which is the control plane's and therefore of kind `unclear`.
   */
  readonly outcome: CheckOutcome | 'unsupported';
  /** Why it is not `holds`, in one sentence. */
  readonly reason?: string;
  /** With `undecided`: the scenarios which the reason concerns, where it concerns those alone; of the others it holds. */
  readonly undecidedIn?: readonly string[];
  /** Oldest first; of one tenant and node at most a few, for what follows a violation is rarely news. */
  readonly findings: readonly Finding[];
  /** How many events the rule was applied to; 0 = this history proves nothing about the property. */
  readonly deciding: number;
}

/** What is known of a whole history. */
export interface HistoryReport {
  readonly properties: Readonly<Record<PropertyId, PropertyReport>>;
  /** Number of tenants seen in calls or in the store, controls included. */
  readonly tenants: number;
  /** Findings about tenants of negative controls: shown, never counted (judging section 4). */
  readonly controls: readonly Finding[];
  /** What was wrong with the lines: their sequence number and what it is. A damaged history never holds. */
  readonly damaged?: readonly { readonly line: number; readonly message: string }[];
}

/** How to judge. */
export interface CheckOptions {
  /** Only these properties; the others report `undecided` with `deciding` 0. Default: all. */
  readonly properties?: readonly PropertyId[];
  /** Default: what the header says. */
  readonly profile?: Profile;
  /** Own limit of time in milliseconds; what is not decided by then is `undecided`. Default: none. */
  readonly timeoutMs?: number;
  /** Capabilities that the user does without: `tap` turns the lack of evidence of P2–P6 into `unsupported`. */
  readonly without?: readonly string[];
}
