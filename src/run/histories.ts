// After the last scenario: every history of the run is read back from disk and judged by the property checkers,
// exactly as `check` would do it, and the findings are given to the scenarios they belong to.

import { basename } from 'node:path';
import { checkFile, type HistoryReport, type PropertyReport } from '../check/index.ts';
import { type Finding, isServerFailure } from '../core/finding.ts';
import { type Profile, type Verdict, worstVerdict } from '../core/verdict.ts';
import { createLineValidator, type ToxiproxyFacts } from '../history/index.ts';
import { findHistories } from './result/history-names.ts';
import type { PropertyResult } from './result/outcome.ts';
import { createLedger } from './scenario/ledger.ts';
import { type ScenarioResult, scenarioVerdict } from './scenario/result.ts';

/** What the histories of a run add to its outcome. */
export interface JudgedHistories {
  /** The scenarios, with the findings and decisions of the property checkers. */
  readonly scenarios: ScenarioResult[];
  readonly properties: PropertyResult[];
  /** Findings that belong to no scenario. */
  readonly findings: Finding[];
  readonly harnessErrors: string[];
  toxiproxy?: ToxiproxyFacts;
}

/** Judges all histories of the folder. */
export async function judgeHistories(
  outDir: string,
  scenarios: readonly ScenarioResult[],
  profile: Profile,
): Promise<JudgedHistories> {
  const judged: JudgedHistories = {
    scenarios: scenarios.map((scenario) => structuredClone(scenario)),
    properties: [],
    findings: [],
    harnessErrors: [],
  };
  const byId = new Map(judged.scenarios.map((scenario) => [scenario.id, scenario]));
  const validate = createLineValidator();
  for (const file of findHistories(outDir)) {
    const { report, damage, header } = await checkFile(file, { profile, validate });
    // All rigs of a run ask for the same one.
    if (header?.toxiproxy) judged.toxiproxy = header.toxiproxy;
    const name = basename(file);
    for (const { line, message } of damage) {
      judged.harnessErrors.push(`${name}:${line}: ${message}`);
    }
    addReport(judged, byId, report, name);
    addControls(byId, report);
  }
  for (const scenario of judged.scenarios) {
    if (scenario.verdict === 'error') continue;
    scenario.verdict = scenario.control ? controlVerdict(scenario) : judgedVerdict(scenario);
  }
  return judged;
}

/** A negative control has done its work when the checkers found what it is to show; other findings of it are welcome. */
function addControls(byId: ReadonlyMap<string, ScenarioResult>, report: HistoryReport): void {
  for (const finding of report.controls) {
    const owner = byId.get(finding.scenario ?? '');
    if (!owner?.control) continue;
    const ledger = createLedger(owner);
    ledger.finding(finding);
    if (owner.decides.includes(finding.requirement)) {
      ledger.check(finding.requirement, `${finding.requirement} is found broken`, true);
    }
  }
}

/** What a scenario that could not do its work left in the history proves nothing right, but may prove something broken. */
function judgedVerdict(scenario: ScenarioResult): Verdict {
  const verdict = scenarioVerdict(scenario);
  if (scenario.verdict === 'unsupported' && verdict !== 'fail') return 'unsupported';
  // It was cut short, whatever it had decided by then: a time-out is never a pass.
  if (scenario.verdict === 'undecided') return worstVerdict([verdict, 'undecided']);
  if (verdict !== 'pass' || !isLacking(scenario)) return verdict;
  scenario.reason ??= Object.values(scenario.decisions)[0]?.reason ?? '';
  return 'unsupported';
}

/** Nothing that it was to decide could be decided. */
function isLacking({ decisions }: ScenarioResult): boolean {
  const verdicts = Object.values(decisions).map(({ verdict }) => verdict);
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'unsupported');
}

function addReport(
  judged: JudgedHistories,
  byId: ReadonlyMap<string, ScenarioResult>,
  report: HistoryReport,
  history: string,
): void {
  for (const [property, result] of Object.entries(report.properties)) {
    judged.properties.push({ history, property, ...factsOf(result) });
    const broken = new Set<string>();
    for (const finding of result.findings) {
      if (property === 'P1' && finding.level === 'fail') {
        // No control of ours may make two owners: what such a history says of a server is worth nothing.
        judged.harnessErrors.push(`our own driver broke P1: ${finding.message} (${history})`);
      }
      const owner = finding.scenario === undefined ? undefined : byId.get(finding.scenario);
      if (!owner) {
        judged.findings.push(finding);
        continue;
      }
      createLedger(owner).finding(finding);
      if (isServerFailure(finding)) broken.add(owner.id);
    }
    for (const scenario of judged.scenarios) {
      // A repetition is decided by its own history; what the first try left undecided no longer counts.
      if (scenario.history !== history) continue;
      const owesWrites = (report.scenarios[scenario.id]?.timelines ?? 0) > 0;
      decide(scenario, property, result, { broken: broken.has(scenario.id), owesWrites });
    }
  }
}

function factsOf({ outcome, deciding, reason, capability }: PropertyReport) {
  return {
    outcome,
    deciding,
    ...(reason === undefined ? {} : { reason }),
    ...(capability === undefined ? {} : { capability }),
  };
}

/** Pass: each property that the wrong client breaks was found broken. A server with fencing may survive it: undecided. */
function controlVerdict(scenario: ScenarioResult): ScenarioResult['verdict'] {
  if (scenario.verdict === 'unsupported') return 'unsupported';
  const missed = scenario.decides.filter((id) => scenario.decisions[id]?.verdict !== 'pass');
  if (missed.length === 0) return 'pass';
  scenario.reason = `the wrong client did no harm that shows as ${missed.join(', ')}`;
  return 'undecided';
}

/** What a property's outcome over the whole history says of one scenario that is to decide it. */
function decide(
  scenario: ScenarioResult,
  property: string,
  result: PropertyReport,
  { broken, owesWrites }: { readonly broken: boolean; readonly owesWrites: boolean },
): void {
  if (!scenario.decides.includes(property) || scenario.control || broken) return;
  const ledger = createLedger(scenario);
  if (result.outcome === 'unsupported') {
    // Told of a scenario that lacks something else too: with that alone it could not have decided it either.
    const lacks = result.capability === undefined ? [] : [result.capability];
    ledger.unsupported(property, result.reason ?? 'the history lacks what it needs', lacks);
  } else if (scenario.verdict === 'unsupported') {
    // What it did before it found out is no evidence.
  } else if (isOpen(result, scenario.id)) {
    const reason = result.open?.[scenario.id] ?? result.reason;
    ledger.undecided(property, reason ?? 'the history holds no event that it speaks of');
  } else if (result.shares[scenario.id] !== undefined) {
    ledger.check(property, `holds in ${scenario.id}`, true);
  } else if (OF_WRITES.test(property) && !owesWrites) {
    // Its silence is right, and the tap was seen to work: that is no evidence, and no lack of one either.
    ledger.unsupported(property, 'the scenario gives its tenants nothing to write');
  } else if (!isDecided(scenario, property)) {
    ledger.undecided(
      property,
      'nothing that the scenario did, or that its tenants wrote, shows it',
    );
  }
}

/** Undecided, unless all that was left open is other scenarios'. */
function isOpen({ outcome, open, deciding }: PropertyReport, scenario: string): boolean {
  if (deciding === 0) return true;
  return outcome === 'undecided' && (open === undefined || open[scenario] !== undefined);
}

/** Judged by what the tap sees. */
const OF_WRITES = /^P[2-6]$/;

/** By the scenario's own checks, which are evidence too. */
function isDecided({ decisions }: ScenarioResult, property: string): boolean {
  return (decisions[property]?.checks ?? 0) > 0;
}
