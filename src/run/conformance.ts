// One conformance run from options to outcome: prepare, run the phases, judge the histories, add up.

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import {
  type Catalogue,
  type CatalogueSources,
  createCatalogue,
  loadCatalogueSources,
} from '../catalogue/index.ts';
import { HarnessError } from '../core/exit.ts';
import { packageVersion } from '../core/package.ts';
import { loadTarget, startReaper, type TargetDefinition } from '../target/index.ts';
import { type JudgedHistories, judgeHistories } from './histories.ts';
import { interruption } from './interrupt.ts';
import type { RunOptions } from './options.ts';
import { chooseSeed, openOutDir, type RunFolder } from './prepare/folders.ts';
import { preflight, preflightToxiproxy } from './prepare/preflight.ts';
import { exitCodes } from './result/exit-codes.ts';
import type { RunOutcome } from './result/outcome.ts';
import { addUpRequirements } from './result/requirements.ts';
import type { MissingCapabilities } from './rig/index.ts';
import type { RunJob } from './runner/job.ts';
import { longestFirst } from './runner/order.ts';
import { runPhase } from './runner/vitest.ts';
import { type EarlierRun, openReason, type ScenarioResult } from './scenario/result.ts';
import { selectFiles } from './select/select.ts';
import { findSuiteFiles, type SuiteFile } from './select/suites.ts';

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

interface Run {
  readonly options: RunOptions;
  readonly sources: CatalogueSources;
  readonly catalogue: Catalogue;
  readonly target: TargetDefinition;
  readonly files: readonly SuiteFile[];
  readonly folder: RunFolder;
  readonly seed: string;
  readonly progress: RunProgress;
  readonly results: Map<string, ScenarioResult>;
  /** Runs that stayed undecided, by scenario. */
  readonly earlier: Map<string, EarlierRun[]>;
  readonly signal: AbortSignal;
  readonly reaperFd: number;
  readonly harnessErrors: string[];
  readonly missing: MissingCapabilities;
  readonly nightly: boolean;
}

/**
 * Runs the selected scenarios against the target and judges everything that was recorded. Throws UsageError,
 * TargetError or HarnessError only for what is wrong before the first scenario; later trouble is in the outcome.
 */
export async function runConformance(
  options: RunOptions,
  progress: RunProgress,
  env: NodeJS.ProcessEnv,
): Promise<RunOutcome> {
  const started = new Date();
  const sources = loadCatalogueSources(
    options.spec === undefined ? {} : { specFile: options.spec },
  );
  const target = await loadTarget(options.target, env);
  const files = selectFiles(findSuiteFiles(), {
    globs: options.globs,
    suites: options.suite,
    ...(options.shard === undefined ? {} : { shard: options.shard }),
  });
  const needsLane = files.some((file) => file.suite !== 'contract');
  await preflightToxiproxy(options.toxiproxy, needsLane, env);
  using folder = openOutDir(options.out, started);
  await preflight(target, options.allowData);
  const seed = chooseSeed(options.seed);
  await using reaper = await startReaper(folder.runId);
  reaper.addFolder(folder.tempDir);
  using interrupt = interruption();
  const run: Run = {
    options,
    sources,
    catalogue: createCatalogue(sources),
    target,
    files,
    folder,
    seed,
    progress,
    results: new Map(),
    earlier: new Map(),
    signal: interrupt.signal,
    reaperFd: reaper.fd,
    harnessErrors: [],
    missing: await probe(files, target, { folder, seed, profile: options.profile }),
    nightly: env.PSC_NIGHTLY === '1',
  };
  progress.begin(files.length);
  progress.note(`seed ${run.seed} · target ${target.name} · ${files.length} scenarios`);
  if (target.kind === 'url' && (options.workers ?? 1) > 1) {
    progress.note(
      `one worker instead of ${options.workers}: the target runs already, and all would share it`,
    );
  }
  return finish(run, started, await runAll(run));
}

/** What the target declares is tried out before faults rely on it; contract scenarios alone do not pay for it. */
async function probe(
  files: readonly SuiteFile[],
  target: TargetDefinition,
  { folder, seed, profile }: { folder: RunFolder; seed: string; profile: RunOptions['profile'] },
): Promise<MissingCapabilities> {
  if (isContractOnly(files)) return {};
  const { runId, outDir, tempDir } = folder;
  // Rigs belong to the workers: the main thread loads what they are made of only to try out a target.
  const { probeTarget } = await import('./rig/index.ts');
  return probeTarget(target, { seed, profile, runId, outDir, tempDir });
}

/** Runs all, and what stayed undecided again: only the histories tell of properties, so they are judged in between. */
async function runAll(run: Run): Promise<JudgedHistories> {
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
function workersOf({ target, options }: Run, wanted: number): number {
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
      job: job(run, name, attempt),
      failFast: run.options.failFast,
      signal: run.signal,
      listener: {
        onStart: (id) => run.progress.start(id),
        onResult: (result) => {
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

function job(run: Run, phaseName: string, attempt: number): RunJob {
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

function finish(run: Run, started: Date, judged: JudgedHistories): RunOutcome {
  const targetError = lossOf(run);
  const outcome: Omit<RunOutcome, 'exitCodes'> = {
    format: 1,
    context: {
      target: run.target.name,
      seed: run.seed,
      profile: run.options.profile,
      selection: [...run.options.suite, ...run.options.globs].join(' ') || 'all',
      options: {
        ...(run.target.file === undefined
          ? run.options.target === undefined
            ? {}
            : { target: run.options.target }
          : { target: run.target.file }),
        ...(run.options.spec === undefined ? {} : { spec: resolve(run.options.spec) }),
        toxiproxy: run.options.toxiproxy,
        budgetMs: run.options.budget,
      },
      without: run.options.without,
      versions: { 'pageserver-conformance': packageVersion(), node: process.versions.node },
      ...(judged.toxiproxy === undefined ? {} : { toxiproxy: judged.toxiproxy }),
      started: started.toISOString(),
      durationMs: Date.now() - started.getTime(),
    },
    scenarios: judged.scenarios,
    notRun: run.files.filter((file) => !run.results.has(file.id)).map((file) => file.id),
    requirements: addUpRequirements(run.catalogue.rows, judged.scenarios),
    properties: judged.properties,
    findings: judged.findings,
    uncovered: run.catalogue.uncovered,
    stale: run.catalogue.stale,
    ...(targetError === undefined ? {} : { targetError }),
    harnessErrors: [...run.harnessErrors, ...judged.harnessErrors],
    interrupted: run.signal.aborted,
    outDir: run.folder.outDir,
  };
  return { ...outcome, exitCodes: exitCodes(outcome) };
}

function isContractOnly(files: readonly SuiteFile[]): boolean {
  return files.every((file) => file.suite === 'contract');
}

/** Storms share the budget. */
function isStorm(file: SuiteFile): boolean {
  return file.suite === 'storm';
}

/** Why the target was lost, with the scenario that saw it first: results come in the order of their ends. */
function lossOf(run: Run): string | undefined {
  const first = [...run.results.values()].find((result) => result.targetGone);
  if (!first) return undefined;
  const { id, reason = 'the target is gone' } = first;
  return reason.includes(id) ? reason : `${reason} (first seen in ${id})`;
}

function isGone(run: Run): boolean {
  return [...run.results.values()].some((result) => result.targetGone);
}

function failedFast(run: Run): boolean {
  return run.options.failFast && [...run.results.values()].some(isFail);
}

const isFail = ({ verdict }: ScenarioResult): boolean => verdict === 'fail';
