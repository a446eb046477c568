// Reports say which scenarios were run again, and why.

import { expect, test } from 'vitest';
import type { RunOutcome } from '../run/result/outcome.ts';
import { openReason, type ScenarioResult } from '../run/scenario/result.ts';
import { scenarioResult } from '../run/scenario/testing/scenario-result.ts';
import { junitReport } from './junit.ts';
import { summary } from './summary.ts';

const scenario = (more: Partial<ScenarioResult> = {}): ScenarioResult =>
  scenarioResult({
    id: 'faults/x',
    decides: ['P7'],
    decisions: { P7: { checks: 1, verdict: 'pass' } },
    ...more,
  });

function outcome(scenarios: readonly ScenarioResult[]): RunOutcome {
  return {
    format: 1,
    context: {
      target: 't',
      seed: '1',
      profile: 'documented',
      selection: 'all',
      options: { toxiproxy: 'auto', budgetMs: 1 },
      without: [],
      versions: {},
      started: '',
      durationMs: 1,
    },
    scenarios,
    notRun: [],
    requirements: [],
    properties: [],
    findings: [],
    uncovered: [],
    stale: [],
    harnessErrors: [],
    interrupted: false,
    exitCodes: [0],
  };
}

const again = scenario({
  attempt: 3,
  earlier: [
    { attempt: 1, verdict: 'undecided', reason: 'P7: the fault hit nothing' },
    { attempt: 2, verdict: 'undecided', reason: 'not decided within 60 s\n  at once' },
  ],
});

test('a scenario that was run again is told with the reasons', () => {
  const text = summary(outcome([again]), (_, words) => words);
  expect(text).toContain('Run again with new seeds (1)');
  expect(text).toContain(
    'pass faults/x in run 3, undecided before: P7: the fault hit nothing; then not decided within 60 s',
  );
  const xml = junitReport(outcome([again]));
  expect(xml).toMatch(/name="run 1" value="undecided: P7: the fault hit nothing"/);
  expect(xml).toMatch(/name="run 2"/);
});

test('where nothing was run again nothing is said of it', () => {
  expect(summary(outcome([scenario()]), (_, words) => words)).not.toContain('again');
  expect(junitReport(outcome([scenario()]))).not.toContain('name="run 1"');
});

test.each<[Partial<ScenarioResult>, string]>([
  [{ reason: 'the limit' }, 'the limit'],
  [{ decisions: { P2: { checks: 0, verdict: 'undecided', reason: 'no write' } } }, 'P2: no write'],
  [{ decisions: {} }, 'no evidence'],
])('why it stayed undecided: %o', (more, reason) => {
  expect(openReason(scenario(more))).toBe(reason);
});
