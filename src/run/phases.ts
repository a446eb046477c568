// The phases of a run: contract first, then faults; and what stayed undecided once more, with a new seed.

import { availableParallelism } from 'node:os';
import type { Catalogue, CatalogueSources } from '../catalogue/index.ts';
import { HarnessError } from '../core/exit.ts';
import type { TargetDefinition } from '../target/index.ts';
import { type JudgedHistories, judgeHistories } from './histories.ts';
import type { RunOptions } from './options.ts';
import type { RunFolder } from './prepare/folders.ts';
import type { MissingCapabilities } from './rig/index.ts';
import type { RunJob } from './runner/job.ts';
import { longestFirst } from './runner/order.ts';
import { runPhase } from './runner/vitest.ts';
import type { StruckFault } from './scenario/faults.ts';
import { type EarlierRun, openReason, type ScenarioResult } from './scenario/result.ts';
import type { SuiteFile } from './select/suites.ts';

/** Hears what happens. */
export interface RunProgress {
  note(text: string): void;
  begin(total: number): void;
  /** So many scenarios are run once more. */
  again(count: number): void;
  start(id: string): void;
  result(result: ScenarioResult): void;
}

/** An undecided scenario is run again so often, each time with a new seed (judging section 7). */
const REPETITIONS_MAX = 2;

/** One run: what it was asked for, and what it has come to so far. */
export interface Run {
  readonly options: RunOptions;
  readonly sources: CatalogueSources;
  readonly catalogue: Catalogue;
  readonly target: TargetDefinition;
  readonly files: readonly SuiteFile[];
  readonly folder: RunFolder;
  readonly seed: string;
  readonly progress: RunProgress;
  readonly results: Map<string, ScenarioResult>;
  /** Faults that struck in the last run of each scenario. */
  readonly struck: Map<string, readonly StruckFault[]>;
  /** Runs that stayed undecided, by scenario. */
  readonly earlier: Map<string, EarlierRun[]>;
  readonly signal: AbortSignal;
  readonly reaperFd: number;
  readonly harnessErrors: string[];
  readonly missing: MissingCapabilities;
  readonly nightly: boolean;
}

/** Runs all, and what stayed undecided again: only the histories tell of properties, so they are judged in between. */
export async function runAll(run: Run): Promise<JudgedHistories> {
  await runPhases(run, run.files, 1);
  for (let attempt = 2; ; attempt += 1) {
    const judged = await judge(run);
    const undecided = judged.scenarios.filter((scenario) => scenario.verdict === 'undecided');
    const again = run.files.filter((file) => undecided.some(({ id }) => id === file.id));
    const failed = run.options.failFast && judged.scenarios.some(isFail);
    const isOver = attempt > 1 + REPETITIONS_MAX || run.signal.aborted || isGone(run) || failed;
    if (again.length === 0 || isOver) return judged;
    for (const scenario of undecided) remember(run, scenario);
    run.progress.note(`again with a new seed: ${again.map((file) => file.id).join(', ')}`);
    run.progress.again(again.length);
    await runPhases(run, again, attempt);
  }
}

function remember({ earlier }: Run, scenario: ScenarioResult): void {
  const { id, attempt, verdict } = scenario;
  const runs = earlier.get(id) ?? [];
  earlier.set(id, [...runs, { attempt, verdict, reason: openReason(scenario) }]);
}

function judge(run: Run): Promise<JudgedHistories> {
  const scenarios = run.files.flatMap((file) => run.results.get(file.id) ?? []);
  return judgeHistories(run.folder.outDir, scenarios, run.options.profile);
}

async function runPhases(run: Run, files: readonly SuiteFile[], attempt: number): Promise<void> {
  const ordered = longestFirst(files);
  const contract = ordered.filter((file) => file.suite === 'contract');
  const others = ordered.filter((file) => file.suite !== 'contract');
  const cores = availableParallelism();
  await phase(run, 'contract', contract, workersOf(run, cores), attempt);
  await phase(run, 'faults', others, workersOf(run, 2 * cores), attempt);
}

/** A target that runs already is one for all workers: they would see each other's tenants. */
export function workersOf({ target, options }: Run, wanted: number): number {
  return target.kind === 'url' ? 1 : (options.workers ?? wanted);
}

async function phase(
  run: Run,
  name: string,
  files: readonly SuiteFile[],
  workers: number,
  attempt: number,
): Promise<void> {
  if (files.length === 0 || run.signal.aborted || isGone(run) || failedFast(run)) return;
  try {
    await runPhase({
      files,
      workers: Math.min(workers, files.length),
      job: jobOf(run, name, attempt),
      failFast: run.options.failFast,
      signal: run.signal,
      listener: {
        onStart: (id) => run.progress.start(id),
        onResult: ({ struck = [], ...result }) => {
          run.struck.set(result.id, struck);
          const earlier = run.earlier.get(result.id);
          const known = { ...result, attempt, ...(earlier === undefined ? {} : { earlier }) };
          run.results.set(result.id, known);
          run.progress.result(known);
        },
      },
    });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    run.harnessErrors.push(error.message);
  }
}

/** What the workers of a phase are told; the `attempt` is part of the seed. */
export function jobOf(run: Run, phaseName: string, attempt: number): RunJob {
  return {
    seed: attempt === 1 ? run.seed : `${run.seed}.${attempt}`,
    profile: run.options.profile,
    target: run.target,
    outDir: run.folder.outDir,
    tempDir: run.folder.tempDir,
    runId: run.folder.runId,
    sources: run.sources,
    toxiproxy: run.options.toxiproxy,
    without: run.options.without,
    isShared: run.target.kind === 'url' && run.options.allowData,
    missing: run.missing,
    // What the bundled reference can do is for our own tests to say.
    isProbed: !isContractOnly(run.files) || run.options.target === undefined,
    nightly: run.nightly,
    budgetMs: run.options.budget / Math.max(1, run.files.filter(isStorm).length),
    attempt,
    reaperFd: run.reaperFd,
    phase: attempt === 1 ? phaseName : `${phaseName}-${attempt}`,
    ...(run.options.schedule === undefined ? {} : { schedule: run.options.schedule }),
  };
}

/** Contract scenarios alone need neither a lane nor a second node. */
export function isContractOnly(files: readonly SuiteFile[]): boolean {
  return files.every((file) => file.suite === 'contract');
}

/** Storms share the budget. */
function isStorm(file: SuiteFile): boolean {
  return file.suite === 'storm';
}

/** The target is lost. */
export function isGone(run: Run): boolean {
  return [...run.results.values()].some((result) => result.targetGone);
}

function failedFast(run: Run): boolean {
  return run.options.failFast && [...run.results.values()].some(isFail);
}

const isFail = ({ verdict }: ScenarioResult): boolean => verdict === 'fail';
