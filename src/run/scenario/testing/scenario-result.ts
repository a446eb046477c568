// A scenario's result for tests: one that ended well and decided nothing.

import type { ScenarioResult } from '../result.ts';

/** With `more` over it. Every call makes its own record, for a ledger writes into it. */
export function scenarioResult(more: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    id: 'flows/x',
    title: 't',
    decides: ['r'],
    control: false,
    verdict: 'pass',
    decisions: {},
    findings: [],
    checks: [],
    exchanges: 1,
    faultedFlows: 0,
    durationMs: 1,
    attempt: 1,
    ...more,
  };
}
