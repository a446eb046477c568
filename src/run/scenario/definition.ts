// What a suite file exports: one scenario, a value. Registration with the runner is the worker's business
// (`runner/worker.ts`), so that a file can also be loaded just to be listed.

import type { ScenarioContext } from './context.ts';

/** Capabilities that a scenario may need; the names users see in `--without` and in reports. */
export const CAPABILITIES = [
  'two-nodes',
  'restart',
  'pause',
  'tap',
  'layout',
  'state',
  'auth',
  'data-dir',
  'small-disk',
  'proxy-hold',
  'proxy-trigger',
  'proxy-events',
] as const;

/** One named capability of a target or of the Toxiproxy provider. */
export type Capability = (typeof CAPABILITIES)[number];

/** One runnable case. */
export interface ScenarioDefinition {
  /** Path below `suites/` without `.suite.ts`: `flows/attach-moves-tenant`. */
  readonly id: string;
  /** The behaviour in one sentence of our words. */
  readonly title: string;
  /** Ids of the requirements, obligations and properties that it decides. */
  readonly decides: readonly string[];
  /** What it decides besides in the hardened profile, where every 2xx is durable (judging section 6). */
  readonly decidesHardened?: readonly string[];
  /** Capabilities without which it is `unsupported`. */
  readonly needs?: readonly Capability[];
  /** Negative control: proves our checkers, its findings never count against a target. */
  readonly control?: true;
  /** The suite's own limit in milliseconds (default 60 s); passing it is `undecided`, never a pass. */
  readonly deadlineMs?: number;
  /** Runs for `budgetMs`: the limit counts from there. */
  readonly usesBudget?: true;
  readonly run: (context: ScenarioContext) => Promise<void>;
}

/** Where a worker's setup file leaves the function that hands a loaded scenario to the runner. */
export const REGISTER: unique symbol = Symbol.for('pageserver-conformance.register');

/** Declares the scenario of a suite file; use as its default export. */
export function scenario(definition: ScenarioDefinition): ScenarioDefinition {
  const register = (globalThis as { [REGISTER]?: (definition: ScenarioDefinition) => void })[
    REGISTER
  ];
  register?.(definition);
  return definition;
}
