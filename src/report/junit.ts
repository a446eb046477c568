// JUnit XML for CI servers: one suite a family with a case a requirement, and one suite a folder of scenarios.

import type { Builder } from 'junit-report-builder';
import module from 'junit-report-builder';
import type { Finding } from '../core/finding.ts';
import type { Verdict } from '../core/verdict.ts';
import type { RequirementResult, RunOutcome } from '../run/result/outcome.ts';
import type { ScenarioResult } from '../run/scenario/result.ts';
import { findingText } from './finding-text.ts';
import { hookedCells } from './hooked.ts';

type Suite = ReturnType<Builder['testSuite']>;
type Case = ReturnType<Suite['testCase']>;

/** The outcome as JUnit XML. `undecided` and `unsupported` are skipped cases that say why. */
export function junitReport(outcome: RunOutcome): string {
  // The package exports its builder itself, which its types don't say.
  const builder = (module as unknown as Builder).newBuilder();
  const hooked = hookedCells(outcome);
  for (const [family, rows] of groupBy(outcome.requirements, (row) => row.family)) {
    const suite = builder.testSuite().name(`requirements/${family}`);
    for (const row of rows) addRequirement(suite, row, outcome, hooked);
  }
  for (const [name, scenarios] of groupBy(outcome.scenarios, (row) => row.id.split('/')[0]!)) {
    const suite = builder.testSuite().name(`scenarios/${name}`);
    for (const scenario of scenarios) addScenario(suite, scenario);
  }
  return `${builder.build()}\n`;
}

function addRequirement(
  suite: Suite,
  row: RequirementResult,
  outcome: RunOutcome,
  hooked: ReadonlyMap<string, string>,
): void {
  const findings = outcome.scenarios
    .filter((scenario) => !scenario.control)
    .flatMap((scenario) => scenario.findings)
    .concat(outcome.findings)
    .filter((finding) => finding.requirement === row.id);
  const testCase = suite.testCase().className(row.family).name(row.id);
  const hook = hooked.get(row.id);
  if (hook !== undefined) testCase.property('hook', hook);
  setVerdict(testCase, row.verdict, row.reason ?? row.text, findings);
}

function addScenario(suite: Suite, scenario: ScenarioResult): void {
  const testCase = suite
    .testCase()
    .className(scenario.id.split('/')[0]!)
    .name(scenario.id)
    .time(scenario.durationMs / 1000);
  for (const { attempt, verdict, reason } of scenario.earlier ?? []) {
    testCase.property(`run ${attempt}`, `${verdict}: ${reason}`);
  }
  // A control is meant to break properties: its findings are evidence, not failures.
  const findings = scenario.control ? [] : scenario.findings;
  setVerdict(testCase, scenario.verdict, scenario.reason ?? scenario.title, findings);
}

function setVerdict(
  testCase: Case,
  verdict: Verdict,
  reason: string,
  findings: readonly Finding[],
): void {
  const text = findings.map((finding) => findingText(finding)).join('\n\n');
  if (verdict === 'fail') testCase.failure(text === '' ? reason : text);
  else if (verdict === 'error') testCase.error(reason);
  else if (verdict === 'undecided' || verdict === 'unsupported') testCase.skipped();
  else if (verdict === 'warn' && text !== '') testCase.standardOutput(text);
  if (verdict === 'undecided' || verdict === 'unsupported') {
    testCase.standardOutput(`${verdict}: ${reason}`);
  }
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  return Map.groupBy(rows, key);
}
