// `run`: judges a target and leaves reports.

import { type Command, Option } from 'commander';
import { REPORTERS } from '../../report/names.ts';
import type { RunOptions } from '../../run/options.ts';
import { CAPABILITIES } from '../../run/scenario/definition.ts';
import type { CliIo, Finish } from '../io.ts';
import { createProgress } from '../progress.ts';
import { checkNames, durationMs, positiveInteger, repeatable } from './options.ts';

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
    .addOption(repeatable('--suite <name>', 'only this suite (repeatable)', 'all'))
    .option('--toxiproxy <how>', 'auto, embedded, binary, docker or the URL of a server', 'auto')
    .option('--shard <i/n>', 'run only the i-th of n parts')
    .addOption(
      new Option('--budget <time>', 'time for the storm suite')
        .argParser(durationMs)
        .default(15_000, '15s'),
    )
    .addOption(
      new Option(
        '--shrink <time>',
        'time for finding the fewest faults that still break a property, by running it again; 0 for none',
      )
        .argParser(durationMs)
        .default(30_000, '30s'),
    )
    .option(
      '--workers <n>',
      'parallel rigs (default: cores, twice as many for faults; a url target has one)',
      positiveInteger,
    )
    .option('--spec <file>', 'another version of the OpenAPI document')
    .addOption(repeatable('--reporter <name>', `${REPORTERS.join(', ')} (repeatable)`, 'default'))
    .addOption(
      repeatable(
        '--without <capability>',
        'accept that this can not be decided (repeatable)',
        'none',
      ),
    )
    .option('--fail-fast', 'stop at the first failed scenario', false)
    .option('--allow-data', 'run against a target that already holds tenants', false)
    .action(async (globs: string[], flags: RunFlags) => {
      checkNames('reporter', flags.reporter, REPORTERS);
      checkNames('capability', flags.without, CAPABILITIES);
      // Loaded here, so that help and wrong usage do not wait for it.
      const { runConformance } = await import('../../run/conformance.ts');
      const progress = createProgress(io);
      const outcome = await runConformance({ ...flags, globs }, progress, io.env);
      progress.end();
      const { writeReports } = await import('../write-reports.ts');
      finish(await writeReports(outcome, flags.reporter, io));
    });
}
