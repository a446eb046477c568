// `run`: judges a target and leaves reports.

import { type Command, Option } from 'commander';
import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';
import { REPORTERS } from '../../report/names.ts';
import type { RunOptions } from '../../run/options.ts';
import type { Finish } from '../cli.ts';
import type { CliIo } from '../io.ts';
import { createProgress } from '../progress.ts';
import { collect, durationMs, positiveInteger } from './options.ts';

interface RunFlags extends Omit<RunOptions, 'globs'> {
  readonly reporter: string[];
  readonly color?: boolean;
}

/** Adds the command. */
export function addRunCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('run', { isDefault: false })
    .description('Judge a target; the bundled reference pageserver when no --target is given')
    .argument('[scenarios...]', 'globs on scenario ids, e.g. "contract/*" (default: all)')
    .option('--target <file|url>', 'target file (YAML or JSON) or base URL of a running pageserver')
    .option('--out <dir>', 'folder of the run (default: reports/<time>)')
    .option('--seed <n>', 'seed of every random choice (default: printed by each run)')
    .addOption(
      new Option('--profile <name>', 'how strictly the document is read')
        .choices(['documented', 'hardened'])
        .default('documented'),
    )
    .option('--suite <name>', 'only this suite (repeatable)', collect, [])
    .option('--toxiproxy <how>', 'auto, embedded, binary, docker or the URL of a server', 'auto')
    .option('--shard <i/n>', 'run only the i-th of n parts')
    .option('--budget <time>', 'time for the storm suite', durationMs, 15_000)
    .option(
      '--workers <n>',
      'parallel rigs (default: cores, twice as many for faults)',
      positiveInteger,
    )
    .option('--spec <file>', 'another version of the OpenAPI document')
    .addOption(
      new Option('--reporter <name>', 'report to write (repeatable)')
        .argParser(collect)
        .default([], REPORTERS.join(', ')),
    )
    .option(
      '--without <capability>',
      'accept that this can not be decided (repeatable)',
      collect,
      [],
    )
    .option('--fail-fast', 'stop at the first failed scenario', false)
    .option('--allow-data', 'run against a target that already holds tenants', false)
    .action(async (globs: string[], flags: RunFlags) => {
      checkReporters(flags.reporter);
      // Loaded here, so that help and wrong usage do not wait for it.
      const { runConformance } = await import('../../run/conformance.ts');
      const progress = createProgress(io);
      const outcome = await runConformance({ ...flags, globs }, progress, io.env);
      progress.end();
      const { writeReports } = await import('../write-reports.ts');
      finish(await writeReports(outcome, flags.reporter, io));
    });
}

function checkReporters(names: readonly string[]): void {
  for (const name of names) {
    if (!(REPORTERS as readonly string[]).includes(name)) {
      throw new UsageError(
        `Unknown reporter "${name}".${didYouMean(name, REPORTERS)} Reporters: ${REPORTERS.join(', ')}.`,
      );
    }
  }
}
