// What one scenario came to: data that crosses the worker's boundary and is stored in result.json.

import type { Finding } from '../../core/finding.ts';
import { type Verdict, worstVerdict } from '../../core/verdict.ts';
import type { StruckFault } from './faults.ts';

/** How one requirement fared in one scenario. */
export interface Decision {
  /** Number of distinct checks that were decided for it. */
  checks: number;
  /** Worst verdict of these checks. */
  verdict: Verdict;
  /** Why it is unsupported or undecided. */
  reason?: string;
  /** Unsupported: the capabilities that are missing, each of which alone keeps it from being decided; empty where none would help. */
  lacks?: readonly string[];
}

/** A run of a scenario that stayed undecided and was repeated. */
export interface EarlierRun {
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** The result of one run of one scenario. */
export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly decides: readonly string[];
  readonly control: boolean;
  verdict: Verdict;
  /** By requirement id. Requirements that `decides` names and nothing decided are absent. */
  readonly decisions: Record<string, Decision>;
  readonly findings: Finding[];
  /** Names of all distinct checks that were decided. */
  readonly checks: string[];
  /** Exchanges whose answers were judged. */
  exchanges: number;
  /** Faulted flows: (tenant, operation, fault that really hit). */
  faultedFlows: number;
  durationMs: number;
  /** 1 for the first run; an undecided scenario is repeated with new seeds. */
  attempt: number;
  /** The runs before this one, in order; absent where it is the first. */
  earlier?: readonly EarlierRun[];
  /** Text of the error where the verdict is `error`, of the reason where it is undecided or unsupported. */
  reason?: string;
  /** By capability that is missing: the cases that were left out. Absent: none. */
  leftOut?: Record<string, string[]>;
  /** The smallest schedule that still fails (storm): what `replay` runs again. */
  schedule?: string;
  /** The faults that struck, in the order in which they were put in force. Not stored. */
  struck?: readonly StruckFault[];
  /** The target is gone: nothing that comes after can be decided. */
  targetGone?: boolean;
  /** The file of this scenario's history, relative to the run's folder. */
  history?: string;
}

/** Reason of a scenario that was cut short: by a signal, or since another one had failed (`--fail-fast`). Nobody's fault. */
export const CUT_SHORT = 'interrupted';

/** Decided by the checkers from the history, not by a scenario's own checks. */
export const HISTORY_PROPERTY = /^(P[1-8]|machine)$/;

/** The verdict of a scenario from its findings and decisions (judging section 7). */
export function scenarioVerdict(result: ScenarioResult): Verdict {
  const verdicts: Verdict[] = Object.values(result.decisions)
    // An unsupported cell beside decided ones does not colour the scenario.
    .map((decision) => decision.verdict)
    .filter((verdict) => verdict !== 'unsupported');
  for (const finding of result.findings) {
    verdicts.push(findingVerdict(finding));
  }
  if (verdicts.length === 0 && result.decides.every((id) => HISTORY_PROPERTY.test(id))) {
    // Only the history decides these, after the run.
    return 'pass';
  }
  if (verdicts.length === 0) {
    return Object.keys(result.decisions).length > 0 ? 'unsupported' : 'undecided';
  }
  return worstVerdict(verdicts);
}

/** Why it stayed undecided, as far as it says so. */
export function openReason({ reason, decisions }: ScenarioResult): string {
  const open = Object.entries(decisions).find(([, { verdict }]) => verdict === 'undecided');
  return (
    reason ?? (open ? `${open[0]}: ${open[1].reason ?? 'too little evidence'}` : 'no evidence')
  );
}

/** What a finding does to a verdict: what is the document's own fault colours nothing, what is unclear warns. */
export function findingVerdict(finding: Finding): Verdict {
  if (finding.kind === 'document') return 'pass';
  return finding.kind === 'unclear' ? 'warn' : finding.level;
}
