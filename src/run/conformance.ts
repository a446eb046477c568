// One conformance run from options to outcome: prepare, run the phases, judge the histories, add up.

import { resolve } from 'node:path';
import { createCatalogue, loadCatalogueSources } from '../catalogue/index.ts';
import { packageVersion } from '../core/package.ts';
import { loadTarget, startReaper, type TargetDefinition } from '../target/index.ts';
import type { JudgedHistories } from './histories.ts';
import { interruption } from './interrupt.ts';
import type { RunOptions } from './options.ts';
import { isContractOnly, type Run, type RunProgress, runAll } from './phases.ts';
import { chooseSeed, openOutDir, type RunFolder } from './prepare/folders.ts';
import { preflight, preflightToxiproxy } from './prepare/preflight.ts';
import { exitCodes } from './result/exit-codes.ts';
import type { RunOutcome } from './result/outcome.ts';
import { addUpRequirements } from './result/requirements.ts';
import type { MissingCapabilities } from './rig/index.ts';
import { selectFiles } from './select/select.ts';
import { findSuiteFiles, type SuiteFile } from './select/suites.ts';
import { findFewest } from './shrink/fewest.ts';

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
    struck: new Map(),
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
  const judged = await runAll(run);
  await findFewest(run, judged);
  return finish(run, started, judged);
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

/** Why the target was lost, with the scenario that saw it first: results come in the order of their ends. */
function lossOf(run: Run): string | undefined {
  const first = [...run.results.values()].find((result) => result.targetGone);
  if (!first) return undefined;
  const { id, reason = 'the target is gone' } = first;
  return reason.includes(id) ? reason : `${reason} (first seen in ${id})`;
}
