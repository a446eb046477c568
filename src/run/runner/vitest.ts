// Runs scenario files with Vitest and hands back their results. Vitest's own exit code, output and
// signal handlers are kept out of the way: the run's verdict is ours alone.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import {
  createVitest,
  type Reporter,
  type TestCase,
  type TestModule,
  type Vitest,
} from 'vitest/node';
import { sleep } from '../../core/clock.ts';
import { HarnessError } from '../../core/exit.ts';
import type { ScenarioResult } from '../scenario/result.ts';
import { type SuiteFile, suitesRoot } from '../select/suites.ts';
import { JOB_KEY, type RunJob } from './job.ts';
import { keepSignals } from './keep-signals.ts';

/** Hears of scenarios while they run. */
export interface RunListener {
  onStart?(id: string): void;
  onResult(result: ScenarioResult): void;
}

/** One phase: some files on some workers. */
export interface Phase {
  readonly files: readonly SuiteFile[];
  readonly workers: number;
  readonly job: RunJob;
  /** Stop at the first `fail` verdict. */
  readonly failFast: boolean;
  readonly listener: RunListener;
  /** Aborted at SIGINT: running scenarios are told, the others never start. */
  readonly signal: AbortSignal;
}

const SETUP = fileURLToPath(new URL('./setup.js', import.meta.url));

/** Longest wait for the workers to end: a rig ends here, with the quiet time and nodes that take their time to stop. */
const CLOSE_MS_MAX = 120_000;

/**
 * Young generation of a worker's heap, MB. What a fault phase allocates is mostly dead at once: with the small one that the program
 * starts with, its four workers collect garbage for a tenth of their time.
 */
const YOUNG_MB = { contract: 2, faults: 16 };

/** Runs one phase to its end. Results come through the listener; errors outside scenarios are thrown. */
export async function runPhase(phase: Phase): Promise<void> {
  const young = phase.job.phase.startsWith('contract') ? YOUNG_MB.contract : YOUNG_MB.faults;
  setFlagsFromString(`--max-semi-space-size=${young}`);
  const seen = new Set<string>();
  using _guard = keepSignals();
  const vitest = await createVitest(options(phase), {}, {});
  const cancel = (): void => void vitest.cancelCurrentRun('keyboard-input');
  vitest.config.reporters = [];
  try {
    (vitest as unknown as { reporters: Reporter[] }).reporters = [reporter(phase, vitest, seen)];
    phase.signal.addEventListener('abort', cancel, { once: true });
    const specifications = await vitest.globTestSpecifications();
    const order = new Map(phase.files.map((file, index) => [file.file, index]));
    specifications.sort((a, b) => (order.get(a.moduleId) ?? 0) - (order.get(b.moduleId) ?? 0));
    const run = await vitest.runTestSpecifications(specifications, true);
    throwUnhandled(run.unhandledErrors);
  } finally {
    phase.signal.removeEventListener('abort', cancel);
    await Promise.race([vitest.close(), sleep(CLOSE_MS_MAX)]);
    process.exitCode = undefined;
  }
}

function options(phase: Phase): Parameters<typeof createVitest>[0] {
  const root = dirname(suitesRoot());
  return {
    config: false,
    root,
    include: phase.files.map((file) => file.file),
    exclude: [],
    watch: false,
    isolate: false,
    pool: 'threads',
    maxWorkers: phase.workers,
    testTimeout: 0,
    hookTimeout: 0,
    teardownTimeout: CLOSE_MS_MAX,
    cache: false,
    disableConsoleIntercept: true,
    reporters: [],
    setupFiles: [SETUP],
    passWithNoTests: true,
    sequence: { sequencer: KeepOrder },
    provide: { [JOB_KEY]: JSON.stringify(phase.job) },
    // Nothing is mocked: files are loaded by Node itself, and no source is looked through.
    experimental: { viteModuleRunner: false, nodeLoader: false },
  } as unknown as Parameters<typeof createVitest>[0];
}

/** Keeps the order we give: by suite and id, so that equal seeds give equal runs. */
class KeepOrder {
  shard<T>(files: T): T {
    return files;
  }
  sort<T>(files: T): T {
    return files;
  }
}

function reporter(phase: Phase, vitest: Vitest, seen: Set<string>): Reporter {
  /** A scenario without a result: its file could not be loaded, or its worker's rig could not be opened. */
  const tellBroken = (moduleId: string, errors: readonly Trouble[] = []): void => {
    const file = phase.files.find((candidate) => candidate.file === moduleId);
    if (!file || errors.length === 0 || seen.has(file.id)) return;
    seen.add(file.id);
    phase.listener.onResult(brokenFile(file, errors[0]!));
  };
  return {
    onTestCaseReady: (test: TestCase) => phase.listener.onStart?.(test.name),
    onTestCaseResult: (test: TestCase) => {
      const text = test.meta().scenario;
      if (text === undefined) return tellBroken(test.module.moduleId, test.result().errors);
      const result = JSON.parse(text) as ScenarioResult;
      seen.add(result.id);
      phase.listener.onResult(result);
      if (phase.failFast && result.verdict === 'fail') void vitest.cancelCurrentRun('test-failure');
    },
    onTestModuleEnd: (module: TestModule) => tellBroken(module.moduleId, module.errors()),
  };
}

/** An error as it comes out of a worker. */
interface Trouble {
  readonly name?: string;
  readonly message: string;
  readonly stack?: string;
}

/** Errors whose message says all: no trace is needed to understand them. */
const TOLD = new Set(['TargetError', 'HarnessError', 'UsageError']);

function brokenFile(file: SuiteFile, { name = '', message, stack }: Trouble): ScenarioResult {
  return {
    id: file.id,
    title: 'could not be loaded or run',
    decides: [],
    control: false,
    verdict: 'error',
    decisions: {},
    findings: [],
    checks: [],
    exchanges: 0,
    faultedFlows: 0,
    durationMs: 0,
    attempt: 1,
    reason: TOLD.has(name) ? message : (stack ?? message),
    ...(name === 'TargetError' ? { targetGone: true } : {}),
  };
}

function throwUnhandled(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  const first = errors[0] as { stack?: string; message?: string };
  throw new HarnessError(
    `An error escaped a scenario: ${first.stack ?? first.message ?? String(first)}`,
  );
}
