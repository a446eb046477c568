// Runs one scenario in a worker: capabilities first, then its body under a deadline, then its verdict.

import { HarnessError, TargetError, UndecidedError, UnsupportedError } from '../../core/exit.ts';
import { ScenarioEnd } from '../flow/outcome.ts';
import { createContext, ENDED } from './context.ts';
import type { Capability, ScenarioDefinition } from './definition.ts';
import { CUT_SHORT, type ScenarioResult, scenarioVerdict } from './result.ts';
import type { Workplace } from './workplace.ts';

/** The suite's own limit where a scenario names none. */
const DEADLINE_DEFAULT_MS = 60_000;

/** Never throws: whatever happens is in the result. */
export async function runScenario(
  definition: ScenarioDefinition,
  workplace: Workplace,
  cancelled: AbortSignal,
): Promise<ScenarioResult> {
  const started = performance.now();
  const result = emptyResult(definition, workplace);
  const missing = await findMissing(definition, workplace);
  if (missing.length > 0) {
    workplace.begin(result, missing);
    markUnsupported(result, missing, `the target or its provider lacks ${quoted(missing)}`);
  } else {
    if (endsProcesses(definition)) await workplace.beforeEnds();
    await runBody(definition, workplace, result, cancelled);
  }
  result.durationMs = Math.round(performance.now() - started);
  return result;
}

/** Storms end processes where they may. */
function endsProcesses({ needs = [], usesBudget }: ScenarioDefinition): boolean {
  return needs.includes('restart') || usesBudget === true;
}

async function findMissing(
  { needs = [] }: ScenarioDefinition,
  workplace: Workplace,
): Promise<Capability[]> {
  const missing: Capability[] = [];
  for (const need of needs) if (!(await workplace.supports(need))) missing.push(need);
  return missing;
}

async function runBody(
  definition: ScenarioDefinition,
  workplace: Workplace,
  result: ScenarioResult,
  cancelled: AbortSignal,
): Promise<void> {
  const budgetMs = definition.usesBudget ? workplace.job.budgetMs : 0;
  // A repetition gets more time: what was too slow once, on this target or this machine, would be so again.
  const limitMs = (definition.deadlineMs ?? DEADLINE_DEFAULT_MS) * workplace.job.attempt;
  const deadlineMs = limitMs + budgetMs;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DeadlineError(deadlineMs)), deadlineMs);
  const signal = AbortSignal.any([cancelled, deadline.signal]);
  const context = createContext(definition, workplace, result, signal);
  let lacks: readonly string[] = [];
  try {
    workplace.begin(result);
    await raceAbort(definition.run(context), signal);
    result.verdict = scenarioVerdict(result);
  } catch (error) {
    if (error instanceof UnsupportedError) lacks = lacksOf(error);
    applyError(result, error, cancelled.aborted, context.targetLoss());
  } finally {
    clearTimeout(timer);
    const isCutShort = deadline.signal.aborted;
    // Whatever the body left running must not touch the next scenario's rig.
    if (!signal.aborted) deadline.abort(ENDED);
    await context.close();
    result.struck = context.struckFaults();
    if (!cancelled.aborted) {
      const [tenants, strays] = [context.usedTenants(), context.strayTenants()];
      const left = { scenario: definition.id, tenants, strays };
      await workplace.farewell.leave(left, isCutShort);
    }
    workplace.end(definition.id, lacks);
  }
}

/** The suite's own limit passed: too little evidence, never a pass. */
class DeadlineError extends UndecidedError {
  constructor(ms: number) {
    super(`not decided within the suite's own limit of ${ms / 1000} s`);
  }
}

async function raceAbort(body: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  await Promise.race([body, aborted]);
}

function applyError(
  result: ScenarioResult,
  error: unknown,
  cancelled: boolean,
  loss: string | undefined,
): void {
  if (error instanceof ScenarioEnd) {
    result.verdict = scenarioVerdict(result);
  } else if (error instanceof UnsupportedError) {
    markUnsupported(result, lacksOf(error), error.message);
  } else if (error instanceof UndecidedError) {
    result.reason = error.message;
    for (const id of result.decides) {
      result.decisions[id] ??= { checks: 0, verdict: 'undecided', reason: error.message };
    }
    result.verdict = scenarioVerdict(result);
    if (result.verdict === 'pass' || result.verdict === 'warn') result.verdict = 'undecided';
  } else if (error instanceof TargetError || loss !== undefined) {
    result.verdict = 'error';
    result.targetGone = true;
    result.reason = loss ?? (error as Error).message;
  } else {
    result.verdict = 'error';
    result.reason = cancelled
      ? CUT_SHORT
      : error instanceof HarnessError
        ? error.message
        : ((error as Error).stack ?? String(error));
  }
}

function markUnsupported(result: ScenarioResult, lacks: readonly string[], reason: string): void {
  result.verdict = 'unsupported';
  result.reason = lacks.length === 0 ? reason : `needs ${quoted(lacks)}: ${reason}`;
  for (const id of result.decides) {
    result.decisions[id] ??= { checks: 0, verdict: 'unsupported', reason: result.reason, lacks };
  }
}

const lacksOf = ({ capability }: UnsupportedError): readonly string[] =>
  capability === undefined ? [] : [capability];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function emptyResult(definition: ScenarioDefinition, workplace: Workplace): ScenarioResult {
  const isHardened = workplace.job.profile === 'hardened';
  return {
    id: definition.id,
    title: definition.title,
    decides: [...definition.decides, ...(isHardened ? (definition.decidesHardened ?? []) : [])],
    control: definition.control ?? false,
    verdict: 'undecided',
    decisions: {},
    findings: [],
    checks: [],
    exchanges: 0,
    faultedFlows: 0,
    durationMs: 0,
    attempt: 1,
    history: workplace.history,
  };
}
