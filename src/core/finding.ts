// A finding: one thing that a checker or the contract judge has to say about one place of a run.

/** How much a finding weighs: `fail` a MUST broken, `warn` a SHOULD broken or an answer the document leaves open. */
export type FindingLevel = 'fail' | 'warn';

/** Whose fault it is: the server's, the document's (it contradicts itself or is unsafe), or not to be told. */
export type FindingKind = 'server' | 'document' | 'unclear';

/** What a broken property costs (design section 6); absent on findings of the contract. */
export type Damage = 'hazard' | 'conflict' | 'corruption' | 'stuck';

/** The request that led to a finding, as much of it as `curl` needs. */
export interface FindingRequest {
  readonly method: string;
  /** Absolute URL of the node that was asked. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One event of a history that proves a finding: its sequence number and a short text. */
export interface Evidence {
  /** `i` of the history line. */
  readonly i: number;
  /** Monotonic nanoseconds since the header. */
  readonly t: number;
  readonly text: string;
}

/**
 * The fewest faults of links and store requests that still showed a finding when its scenario was run again with a part of them (delta
 * debugging). What a scenario does to processes belongs to its steps and is not left out; in a storm it is.
 */
export interface FewestFaults {
  /** In words, in the order in which they were put in force; empty: no fault is needed. */
  readonly faults: readonly string[];
  /** Faults that had struck in the run that found it. */
  readonly of: number;
  /** Runs that were made to find out. */
  readonly runs: number;
  /**
   * `fewest`: without any of these it did not show. `time`: as far as the time allowed. `not-again`: it did not show a second time, with
   * all of them.
   */
  readonly end: 'fewest' | 'time' | 'not-again';
}

/** One finding. Data only; `report` makes text of it. */
export interface Finding {
  /** Id of the requirement that is broken (`spec/requirements`), or of the obligation (`tenant_attach.409`). */
  readonly requirement: string;
  readonly level: FindingLevel;
  readonly kind: FindingKind;
  /** One sentence that a person understands: what was wrong. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly request?: FindingRequest;
  /** Set where the finding comes from a contradiction of the document: the id of that contradiction. */
  readonly contradiction?: string;
  readonly damage?: Damage;
  readonly tenant?: string;
  readonly node?: string;
  /** Id of the scenario to which the deciding line belongs, where a history tells. */
  readonly scenario?: string;
  /** The shortest evidence, oldest first. */
  readonly evidence?: readonly Evidence[];
  /** The newest faults that had struck the tenant or its node by then, oldest first; absent: none had. */
  readonly faults?: readonly Evidence[];
  /** Set where the scenario was run again to find out. */
  readonly fewest?: FewestFaults;
}

/** A MUST that the server broke: what is the document's, unclear or a SHOULD never counts against it. */
export const isServerFailure = ({ kind, level }: Pick<Finding, 'kind' | 'level'>): boolean =>
  kind === 'server' && level === 'fail';
