// What the history checkers say. Data only: `run` makes verdicts of it, `report` makes text.

import type { Finding } from '../core/finding.ts';
import type { CheckOutcome, Profile } from '../core/verdict.ts';
import type { GuardOptions } from './guard.ts';
import type { PropertyId } from './property-id.ts';
import type { Shares } from './shares.ts';

/** What one checker says of one history. */
export interface PropertyReport {
  /**
   * `violated`: at least one finding counts. Findings of level `warn` or of kind `document` or `unclear` never
   * count, except a hazard (P1), which is the control plane's and therefore of kind `unclear`.
   */
  readonly outcome: CheckOutcome | 'unsupported';
  /** Why it is not `holds`, in one sentence. */
  readonly reason?: string;
  /** The capability of the target for whose lack it is `unsupported`, where it is one. */
  readonly capability?: string;
  /** Oldest first; of one tenant and node at most a few, for what follows a violation is rarely news. */
  readonly findings: readonly Finding[];
  /** How many events the rule was applied to; 0 = this history proves nothing about the property. */
  readonly deciding: number;
  /** Set where single tenants are why it is undecided: the reason by the scenario of each. Other scenarios may have decided it. */
  readonly open?: Readonly<Record<string, string>>;
  /** How many of them belong to each scenario, by its id; a scenario without any is absent. */
  readonly shares: Shares;
}

/** What is known of a whole history. */
export interface HistoryReport {
  readonly properties: Readonly<Record<PropertyId, PropertyReport>>;
  /** Number of tenants seen in calls or in the store, controls included. */
  readonly tenants: number;
  /** Findings about tenants of negative controls: shown, never counted (judging section 4). */
  readonly controls: readonly Finding[];
  /** The scenarios that it tells of, by id. */
  readonly scenarios: Readonly<Record<string, ScenarioFacts>>;
  /** What was wrong with the lines: their sequence number and what it is. A damaged history never holds. */
  readonly damaged?: readonly { readonly line: number; readonly message: string }[];
}

/** What is known of one scenario of a history. */
export interface ScenarioFacts {
  /** Ids of what it is to decide; undefined where the history does not tell. */
  readonly decides: readonly string[] | undefined;
  /** A negative control: decides nothing of a server. */
  readonly control: boolean;
  /** Capabilities for whose lack it did not do its work; empty where it did. */
  readonly lacks: readonly string[];
  /** Acknowledged creations of timelines: those have something to write. */
  readonly timelines: number;
}

/** How to judge. Limits are the whole sweep's; what is not decided within them is `undecided`. Default: none. */
export interface CheckOptions extends GuardOptions {
  /** Only these properties; the others report `undecided` with `deciding` 0. Default: all. */
  readonly properties?: readonly PropertyId[];
  /** Default: what the header says. */
  readonly profile?: Profile;
}
