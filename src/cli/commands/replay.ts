// `replay RUN#SCENARIO`: one scenario of an earlier run again, with its seed, target and failing schedule.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { RunOutcome } from '../../run/result/outcome.ts';
import type { CliIo, Finish } from '../io.ts';
import { createProgress } from '../progress.ts';

/** Adds the command. */
export function addReplayCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('replay')
    .description(
      'Run scenarios of an earlier run again, with its seed, target and failing schedule',
    )
    .argument(
      '<run>',
      'folder of the run, with #SCENARIO for one of it; default: those that failed',
    )
    .option('--out <dir>', 'folder of the new run (default: reports/<time>)')
    .action(async (text: string, flags: { out?: string }) => {
      const [folder, id] = text.split('#') as [string, string | undefined];
      const outcome = readOutcome(folder);
      const chosen = chooseScenarios(outcome, id);
      const { context } = outcome;
      const { budgetMs, ...options } = context.options;
      const { runConformance } = await import('../../run/conformance.ts');
      const progress = createProgress(io);
      const schedule = chosen.length === 1 ? chosen[0]!.schedule : undefined;
      const again = await runConformance(
        {
          ...options,
          ...flags,
          globs: chosen.map((scenario) => scenario.id),
          suite: [],
          seed: seedOf(context.seed, chosen),
          profile: context.profile,
          budget: budgetMs,
          without: context.without,
          // What is replayed has been made smaller, or is wanted as it is.
          shrink: 0,
          failFast: false,
          allowData: false,
          ...(schedule === undefined ? {} : { schedule }),
        },
        progress,
        io.env,
      );
      progress.end();
      const { writeReports } = await import('../write-reports.ts');
      finish(await writeReports(again, [], io));
    });
}

function readOutcome(folder: string): RunOutcome {
  const file = join(folder, 'result.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunOutcome;
  } catch (error) {
    throw new UsageError(
      `${file} can't be read: ${(error as Error).message}. Name a run's folder.`,
    );
  }
}

function chooseScenarios(outcome: RunOutcome, id: string | undefined): RunOutcome['scenarios'] {
  if (id === undefined) {
    const failed = outcome.scenarios.filter((scenario) => scenario.verdict === 'fail');
    if (failed.length > 0) return failed;
    throw new UsageError('No scenario of that run failed; name one with RUN#SCENARIO.');
  }
  const found = outcome.scenarios.filter((scenario) => scenario.id === id);
  if (found.length > 0) return found;
  const ids = outcome.scenarios.map((scenario) => scenario.id);
  throw new UsageError(`That run has no scenario "${id}".${didYouMean(id, ids)}`);
}

/** A repetition had a seed of its own. */
function seedOf(seed: string, chosen: RunOutcome['scenarios']): string {
  const attempt = chosen.length === 1 ? chosen[0]!.attempt : 1;
  return attempt === 1 ? seed : `${seed}.${attempt}`;
}
