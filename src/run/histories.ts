// After the last scenario: every history of the run is read back from disk and judged by the property checkers,
// exactly as `check` would do it, and the findings are given to the scenarios they belong to.

import { basename } from 'node:path';
import { checkHistory, type HistoryReport } from '../check/index.ts';
import type { Finding } from '../core/finding.ts';
import type { Profile, Verdict } from '../core/verdict.ts';
import {
  createLineValidator,
  type HistoryLine,
  loadHistory,
  type ToxiproxyFacts,
} from '../history/index.ts';
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
    const history = await loadHistory(file, validate);
    // All rigs of a run ask for the same one.
    if (history.header?.toxiproxy) judged.toxiproxy = history.header.toxiproxy;
    const report = await checkHistory(history.lines, { profile });
    const name = basename(file);
    for (const damage of history.damage) {
      judged.harnessErrors.push(`${name}:${damage.line}: ${damage.message}`);
    }
    addReport(judged, byId, report, name, scenariosOf(history.lines));
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
  return scenario.verdict === 'unsupported' && verdict !== 'fail' ? 'unsupported' : verdict;
}

function scenariosOf(lines: readonly HistoryLine[]): Set<string> {
  const ids = new Set<string>();
  for (const line of lines) {
    if (line.stream === 'run' && line.type === 'scenario' && line.scenario) ids.add(line.scenario);
  }
  return ids;
}

function addReport(
  judged: JudgedHistories,
  byId: ReadonlyMap<string, ScenarioResult>,
  report: HistoryReport,
  history: string,
  inHistory: ReadonlySet<string>,
): void {
  for (const [property, result] of Object.entries(report.properties)) {
    const { outcome, deciding, reason } = result;
    judged.properties.push({ history, property, outcome, deciding, ...(reason ? { reason } : {}) });
    const broken = new Set<string>();
    for (const finding of result.findings) {
      if (property === 'P1') {
        // No control of ours may make two owners: what such a history says of a server is worth nothing.
        judged.harnessErrors.push(`our own driver broke P1: ${finding.message} (${history})`);
      }
      const owner = finding.scenario === undefined ? undefined : byId.get(finding.scenario);
      if (!owner) {
        judged.findings.push(finding);
        continue;
      }
      createLedger(owner).finding(finding);
      if (finding.kind === 'server' && finding.level === 'fail') broken.add(owner.id);
    }
    for (const id of inHistory) {
      const scenario = byId.get(id);
      // A repetition is decided by its own history; what the first try left undecided no longer counts.
      if (scenario?.history === history) decide(scenario, property, result, broken.has(id));
    }
  }
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
  scenario: ScenarioResult | undefined,
  property: string,
  result: HistoryReport['properties']['P1'],
  broken: boolean,
): void {
  if (!scenario?.decides.includes(property) || scenario.control) return;
  if (scenario.verdict === 'unsupported') return;
  const ledger = createLedger(scenario);
  if (broken) return;
  if (result.outcome === 'unsupported') {
    ledger.unsupported(property, result.reason ?? 'needs "tap"');
  } else if (isOpen(result, scenario.id)) {
    ledger.undecided(property, result.reason ?? 'the history holds no event that it speaks of');
  } else {
    ledger.check(property, `holds in ${scenario.id}`, true);
  }
}

/** What stays open of another scenario's tenants leaves this one's decided. */
function isOpen(result: HistoryReport['properties']['P1'], scenario: string): boolean {
  if (result.deciding === 0) return true;
  return result.outcome === 'undecided' && (result.undecidedIn?.includes(scenario) ?? true);
}
