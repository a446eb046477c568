// How verdicts of scenarios add up to verdicts of requirements (judging section 7): `fail` if any scenario
// failed it; otherwise decided if one scenario decided it; otherwise error, undecided or unsupported.

import type { Verdict } from '../../core/verdict.ts';
import { findingVerdict, type ScenarioResult } from '../scenario/result.ts';
import type { RequirementResult } from './outcome.ts';

/** A requirement as the catalogue knows it, as far as reports need it. */
export interface RequirementRow {
  readonly id: string;
  readonly family: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  readonly text: string;
}

interface Said {
  readonly scenario: string;
  readonly verdict: Verdict;
  readonly checks: number;
  readonly reason?: string;
  readonly lacks?: readonly string[];
}

/** The result of each row that a scenario of this run speaks of; other rows are left out. */
export function addUpRequirements(
  rows: readonly RequirementRow[],
  scenarios: readonly ScenarioResult[],
): RequirementResult[] {
  const said = collectSaid(scenarios.filter((scenario) => !scenario.control));
  const results: RequirementResult[] = [];
  for (const row of rows) {
    const words = said.get(row.id);
    if (words) results.push(addUp(row, words));
  }
  return results;
}

function addUp(row: RequirementRow, words: readonly Said[]): RequirementResult {
  const verdict = combine(words.map((word) => word.verdict));
  const reason = words.find((word) => word.verdict === verdict && word.reason)?.reason;
  return {
    id: row.id,
    family: row.family,
    level: row.level,
    text: row.text,
    verdict,
    checks: words.reduce((sum, word) => sum + word.checks, 0),
    scenarios: [...new Set(words.map((word) => word.scenario))],
    ...(reason === undefined ? {} : { reason }),
    ...(verdict === 'unsupported' ? { lacks: lacksOf(words) } : {}),
  };
}

function lacksOf(words: readonly Said[]): readonly (readonly string[])[] {
  const sets = words.map(({ lacks = [] }) => lacks.toSorted());
  const distinct = new Map(sets.map((set) => [set.join(), set]));
  return [...distinct.values()].filter((set) => set.length > 0);
}

/** Judging section 7. A decided requirement is warned of if any scenario warned. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  const has = (verdict: Verdict): boolean => verdicts.includes(verdict);
  if (has('fail')) return 'fail';
  if (has('warn')) return 'warn';
  if (has('pass')) return 'pass';
  if (has('error')) return 'error';
  if (has('undecided')) return 'undecided';
  return 'unsupported';
}

function collectSaid(scenarios: readonly ScenarioResult[]): Map<string, Said[]> {
  const said = new Map<string, Said[]>();
  const say = (id: string, word: Said): void => {
    const words = said.get(id) ?? [];
    words.push(word);
    said.set(id, words);
  };
  for (const scenario of scenarios) {
    for (const [id, decision] of Object.entries(scenario.decisions)) {
      say(id, { scenario: scenario.id, ...decision });
    }
    for (const finding of scenario.findings) {
      if (finding.kind === 'document') continue;
      say(finding.requirement, {
        scenario: scenario.id,
        verdict: findingVerdict(finding),
        checks: 0,
      });
    }
    for (const id of scenario.decides) {
      if (id in scenario.decisions) continue;
      say(id, silent(scenario));
    }
  }
  return said;
}

/** What a scenario says of a requirement that it was to decide and never reached. */
function silent(scenario: ScenarioResult): Said {
  const verdict: Verdict =
    scenario.verdict === 'error' || scenario.verdict === 'unsupported'
      ? scenario.verdict
      : 'undecided';
  return {
    scenario: scenario.id,
    verdict,
    checks: 0,
    reason: scenario.reason ?? 'the scenario ended without deciding it',
  };
}
