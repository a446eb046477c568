// Runs scenarios again with a part of their faults, and asks the history alone whether a property is still broken: what a scenario
// says of its own may rest on the faults that were left out.

import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isServerFailure } from '../../core/finding.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { judgeHistories } from '../histories.ts';
import { jobOf, type Run, workersOf } from '../phases.ts';
import { runPhase } from '../runner/vitest.ts';
import type { ScenarioResult } from '../scenario/result.ts';

/** Whether a property is still broken when only these faults act. */
export interface Question {
  readonly scenario: string;
  /** The run of it to be repeated: with the same seed. */
  readonly attempt: number;
  /** Names of faults. */
  readonly acting: readonly string[];
  readonly property: string;
  /** Absent: anybody. */
  readonly tenant?: string;
}

/** Answers questions about different scenarios with one run; false where the signal ended it before. */
export function createRerun(
  run: Run,
  signal: AbortSignal,
): (questions: readonly Question[]) => Promise<readonly boolean[]> {
  let runs = 0;
  return async (questions) => {
    const answers = new Map<Question, boolean>();
    for (const [attempt, group] of Map.groupBy(questions, (question) => question.attempt)) {
      if (signal.aborted) break;
      runs += 1;
      const folder = join(run.folder.tempDir, `shrink-${runs}`);
      makeFolder(folder);
      const broken = await runOnce(run, group, { name: `shrink-${runs}`, attempt, folder, signal });
      for (const question of group) answers.set(question, broken(question));
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
    return questions.map((question) => answers.get(question) ?? false);
  };
}

interface Once {
  /** Part of the names of everything that it makes. */
  readonly name: string;
  readonly attempt: number;
  readonly folder: string;
  readonly signal: AbortSignal;
}

async function runOnce(
  run: Run,
  questions: readonly Question[],
  { name, attempt, folder, signal }: Once,
): Promise<(question: Question) => boolean> {
  const files = run.files.filter(({ id }) => questions.some(({ scenario }) => scenario === id));
  const acting = Object.fromEntries(questions.map((one) => [one.scenario, one.acting]));
  const results: ScenarioResult[] = [];
  await runPhase({
    files,
    workers: Math.min(workersOf(run, 2 * availableParallelism()), files.length),
    job: { ...jobOf(run, name, attempt), phase: name, outDir: folder, acting },
    failFast: false,
    signal,
    listener: { onResult: (result) => void results.push({ ...result, findings: [] }) },
  });
  const { scenarios } = await judgeHistories(folder, results, run.options.profile);
  return ({ scenario, property, tenant }) =>
    scenarios
      .filter(({ id }) => id === scenario)
      .flatMap(({ findings }) => findings)
      .filter((finding) => finding.requirement === property && isServerFailure(finding))
      .some((finding) => tenant === undefined || finding.tenant === tenant);
}
