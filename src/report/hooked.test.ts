// Cells that only a hook caused are told apart in the summary and in JUnit, others are not.

import { expect, test } from 'vitest';
import type { RequirementResult, RunOutcome } from '../run/result/outcome.ts';
import { hookWay } from '../run/scenario/cause.ts';
import { hookedCells } from './hooked.ts';
import { junitReport } from './junit.ts';
import { painter, summary } from './summary.ts';

const hook = hookWay({ PSC_HOOK_FAIL: 'tenant_list' });
const row = (id: string): RequirementResult =>
  ({
    id,
    family: 'operations',
    level: 'MUST',
    verdict: 'pass',
    checks: 1,
    scenarios: [],
    text: id,
  }) as never;
const scenario = (checks: string[]) =>
  ({
    id: 'contract/x',
    checks,
    findings: [],
    decisions: {},
    verdict: 'pass',
    decides: [],
  }) as never;
const outcome = {
  context: { durationMs: 1, without: [], target: 't', seed: '1', profile: 'documented' },
  scenarios: [
    scenario([
      `tenant_list.500: caused by ${hook}`,
      `do_gc.500: caused by ${hook}`,
      'attach.500: caused by a store that refuses everything',
    ]),
    scenario(['do_gc.500: caused by an id that is not there', `ids.form: ${hook}`]),
  ],
  requirements: ['tenant_list.500', 'do_gc.500', 'attach.500'].map(row),
  findings: [],
  properties: [],
  uncovered: [],
  stale: [],
  harnessErrors: [],
  notRun: [],
  exitCodes: [0],
} as unknown as RunOutcome;

test('a cell that something else caused too is not counted', () => {
  expect([...hookedCells(outcome)]).toEqual([['tenant_list.500', hook]]);
});

test('summary and JUnit say so', () => {
  expect(summary(outcome, painter(false))).toMatch(
    /3 of 3 caused, 1 only by a hook of the target file: tenant_list\.500\n/,
  );
  const hooks = junitReport(outcome).match(/<property name="hook"[^>]*>/g);
  expect(hooks).toEqual([expect.stringContaining('PSC_HOOK_FAIL=tenant_list')]);
});
