// Adding up: judging section 7, both sides of each line.

import { expect, test } from 'vitest';
import type { Verdict } from '../../core/verdict.ts';
import { CUT_SHORT, type ScenarioResult } from '../scenario/result.ts';
import { scenarioResult } from '../scenario/testing/scenario-result.ts';
import { exitCodes } from './exit-codes.ts';
import type { RunOutcome } from './outcome.ts';
import { addUpRequirements, combine, type RequirementRow } from './requirements.ts';

const row: RequirementRow = { id: 'r', family: 'f', level: 'MUST', text: 'must hold' };

const scenario = (verdict: Verdict, more: Partial<ScenarioResult> = {}): ScenarioResult =>
  scenarioResult({ verdict, ...more });

test.each<[Verdict[], Verdict]>([
  [['pass', 'fail'], 'fail'],
  [['pass', 'undecided'], 'pass'],
  [['pass', 'error', 'unsupported'], 'pass'],
  [['warn', 'pass'], 'warn'],
  [['undecided', 'error'], 'error'],
  [['undecided', 'unsupported'], 'undecided'],
  [['unsupported'], 'unsupported'],
])('%o add up to %s', (verdicts, expected) => {
  expect(combine(verdicts)).toBe(expected);
});

test('a scenario that ended without a word leaves its requirements undecided, never passed', () => {
  expect(addUpRequirements([row], [scenario('pass')])[0]?.verdict).toBe('undecided');
});

test('a finding without a check fails its requirement', () => {
  const finding = { requirement: 'r', level: 'fail', kind: 'server', message: 'm' } as const;
  expect(addUpRequirements([row], [scenario('fail', { findings: [finding] })])[0]?.verdict).toBe(
    'fail',
  );
  const document = { ...finding, kind: 'document' } as const;
  const decided = { decisions: { r: { checks: 1, verdict: 'pass' as const } } };
  const result = addUpRequirements([row], [scenario('pass', { ...decided, findings: [document] })]);
  expect(result[0]?.verdict).toBe('pass');
  const unclear = { ...finding, kind: 'unclear' } as const;
  const warned = addUpRequirements([row], [scenario('pass', { ...decided, findings: [unclear] })]);
  expect(warned[0]?.verdict).toBe('warn');
});

test('negative controls never count', () => {
  const finding = { requirement: 'r', level: 'fail', kind: 'server', message: 'm' } as const;
  expect(
    addUpRequirements([row], [scenario('fail', { control: true, findings: [finding] })]),
  ).toEqual([]);
});

function outcome(more: Partial<RunOutcome>): Omit<RunOutcome, 'exitCodes'> {
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
    scenarios: [],
    notRun: [],
    requirements: [],
    properties: [],
    findings: [],
    uncovered: [],
    stale: [],
    harnessErrors: [],
    interrupted: false,
    ...more,
  };
}

const requirement = (id: string, verdict: Verdict, lacks?: readonly string[][]) => ({
  id,
  family: 'f',
  level: 'MUST' as const,
  text: '',
  verdict,
  checks: 1,
  scenarios: [],
  ...(lacks ? { lacks } : {}),
});

test.each<[string, Partial<RunOutcome>, number[]]>([
  ['nothing wrong', {}, [0]],
  ['a failed scenario', { scenarios: [scenario('fail')] }, [1]],
  ['a failed control', { scenarios: [scenario('fail', { control: true })] }, [0]],
  ['a warning', { scenarios: [scenario('warn')], requirements: [requirement('r', 'warn')] }, [0]],
  ['an undecided MUST', { requirements: [requirement('r', 'undecided')] }, [6]],
  ['an unsupported contract cell', { requirements: [requirement('a.500', 'unsupported')] }, [0]],
  ['an unsupported property', { requirements: [requirement('P2', 'unsupported', [['tap']])] }, [6]],
  [
    'a property that no capability would help',
    { requirements: [requirement('P4', 'unsupported', [])] },
    [6],
  ],
  ['an error of ours', { scenarios: [scenario('error')] }, [4]],
  [
    'cut short by a signal',
    { scenarios: [scenario('error', { reason: CUT_SHORT })], interrupted: true },
    [130],
  ],
  [
    'cut short since another failed',
    { scenarios: [scenario('fail'), scenario('error', { reason: CUT_SHORT })] },
    [1],
  ],
  ['a scenario that never ran', { notRun: ['flows/x'] }, [4]],
  ['a target that is gone', { scenarios: [scenario('error')], targetError: 'gone' }, [3]],
  [
    'fail, gone and interrupted',
    { scenarios: [scenario('fail')], targetError: 'x', interrupted: true },
    [130, 1, 3],
  ],
])('%s: exit codes', (_, more, expected) => {
  expect(exitCodes(outcome(more))).toEqual(expected);
});

test.each<[string, string[][], string[], number]>([
  ['it names what is missing', [['tap']], ['tap'], 0],
  ['it names something else', [['tap']], ['restart'], 6],
  ['one of two that one scenario lacks', [['restart', 'tap']], ['tap'], 0],
  // The second scenario could have decided it without a restart.
  ['only the other lack of one scenario', [['restart', 'tap'], ['tap']], ['restart'], 6],
  ['the lack that all share', [['restart', 'tap'], ['tap']], ['tap'], 0],
  ['one of two that different scenarios lack', [['restart'], ['tap']], ['tap'], 6],
  ['both of them', [['restart'], ['tap']], ['tap', 'restart'], 0],
])('--without accepts an unsupported property: %s', (_, lacks, without, code) => {
  const base = outcome({ requirements: [requirement('P2', 'unsupported', lacks)] });
  const context = { ...base.context, without };
  expect(exitCodes({ ...base, context })).toEqual([code]);
});

test('a row tells what each of its scenarios lacks, and nothing once it is decided', () => {
  const lacking = (...lacks: string[]) => ({
    decisions: { r: { checks: 0, verdict: 'unsupported' as const, reason: 'x', lacks } },
  });
  const some = [
    scenario('unsupported', lacking('tap', 'restart')),
    scenario('unsupported', lacking('restart', 'tap')),
    scenario('unsupported', lacking('pause')),
    scenario('unsupported', lacking()),
  ];
  expect(addUpRequirements([row], some)[0]?.lacks).toEqual([['restart', 'tap'], ['pause']]);
  const decided = scenario('pass', { decisions: { r: { checks: 1, verdict: 'pass' } } });
  expect(addUpRequirements([row], [...some, decided])[0]?.lacks).toBeUndefined();
});
