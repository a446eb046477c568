// What a whole run came to. result.json is exactly this; every report is made from it alone.

import type { Finding } from '../../core/finding.ts';
import type { Profile, Verdict } from '../../core/verdict.ts';
import type { ToxiproxyFacts } from '../../history/index.ts';
import type { ScenarioResult } from '../scenario/result.ts';

/** One requirement over all scenarios that speak of it. */
export interface RequirementResult {
  readonly id: string;
  readonly family: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** One normative sentence. */
  readonly text: string;
  readonly verdict: Verdict;
  readonly checks: number;
  /** Scenarios that decided it. */
  readonly scenarios: readonly string[];
  readonly reason?: string;
  /**
   * Unsupported: for each scenario the capabilities that kept it from deciding, each of them enough to do so; equal ones once.
   * A scenario that no capability would have helped is left out.
   */
  readonly lacks?: readonly (readonly string[])[];
}

/** One property over one history. */
export interface PropertyResult {
  readonly history: string;
  readonly property: string;
  readonly outcome: 'holds' | 'violated' | 'undecided' | 'unsupported';
  /** How many events or tenants it had to judge; 0 = no evidence. */
  readonly deciding: number;
  readonly reason?: string;
  /** The capability for whose lack it is `unsupported`. */
  readonly capability?: string;
}

/** What was tested, and with what. */
export interface RunContext {
  readonly target: string;
  readonly seed: string;
  readonly profile: Profile;
  /** Globs and suites as asked. */
  readonly selection: string;
  /** What `replay` needs besides: options as given, paths absolute. */
  readonly options: {
    readonly target?: string;
    readonly spec?: string;
    readonly toxiproxy: string;
    readonly budgetMs: number;
  };
  /** Capabilities that the user said to do without. */
  readonly without: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** Toxiproxy provider and what it lacks; absent when no scenario needed one. */
  readonly toxiproxy?: ToxiproxyFacts;
  readonly started: string;
  readonly durationMs: number;
}

/** The outcome of a run. */
export interface RunOutcome {
  readonly format: 1;
  readonly context: RunContext;
  readonly scenarios: readonly ScenarioResult[];
  readonly notRun: readonly string[];
  readonly requirements: readonly RequirementResult[];
  readonly properties: readonly PropertyResult[];
  /** Findings of property checkers that belong to no scenario. */
  readonly findings: readonly Finding[];
  /** Operations, statuses and rows of another document (`--spec`) for which there is no requirement row. */
  readonly uncovered: readonly string[];
  readonly stale: readonly string[];
  /** Why the target could not be judged to the end. */
  readonly targetError?: string;
  readonly harnessErrors: readonly string[];
  readonly interrupted: boolean;
  /** All exit codes that hold, the process's own first. */
  readonly exitCodes: readonly number[];
  /** Absolute path of the run's folder. Not stored. */
  readonly outDir?: string;
}
