// `mutants`: the kill table. Each mutant must be killed by a scenario of the requirement that it breaks.

import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import picomatch from 'picomatch';
import { EXIT, UsageError } from '../../core/exit.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { didYouMean } from '../../core/nearest.ts';
import { packageRoot } from '../../core/package.ts';
import { painter } from '../../report/summary.ts';
import { colourAllowed } from '../colour.ts';
import type { CliIo, Finish } from '../io.ts';
import type { Kill } from '../mutants/kill.ts';
import type { Mutant } from '../mutants/list.ts';
import type { KillPlan } from '../mutants/plan.ts';
import { durationMs, positiveInteger } from './options.ts';

interface MutantFlags {
  readonly out: string;
  readonly seed: string;
  readonly budget: number;
  readonly workers?: number;
  readonly list: boolean;
  readonly stages: number;
  readonly remember: boolean;
}

/** Adds the command. */
export function addMutantsCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('mutants')
    .description('Run the suite against each mutant of the reference and print the kill table')
    .argument('[names...]', 'globs on mutant names (default: all)')
    .option('--stages <n>', 'try at most so many stages of scenarios', positiveInteger, 99)
    .option('--list', 'only list the mutants', false)
    .option('--remember', 'write down which scenario kills which mutant, to try it first', false)
    .option('--out <dir>', 'folder of the runs', 'reports/mutants')
    .option('--seed <n>', 'seed of every run', '1')
    .option('--budget <time>', 'time for the storm suite', durationMs, 10_000)
    .option('--workers <n>', 'mutants judged at once (default: twice the cores)', positiveInteger)
    .action(async (names: string[], flags: MutantFlags) => {
      const { listMutants } = await import('../mutants/list.ts');
      const mutants = selectMutants(listMutants(), names);
      if (flags.list) {
        for (const { name, breaks, summary } of mutants) {
          io.stdout.write(`${name}  breaks ${breaks}: ${summary}\n`);
        }
        return;
      }
      const kills = await killAll(mutants, flags, io);
      const killed = kills.filter((kill) => kill.result === 'killed').length;
      io.stdout.write(`${killed} of ${kills.length} mutants killed\n`);
      finish(killed === kills.length ? EXIT.conformant : EXIT.notConformant);
    });
}

function selectMutants(mutants: readonly Mutant[], globs: readonly string[]): Mutant[] {
  for (const glob of globs) {
    const names = mutants.map((mutant) => mutant.name);
    const isMatch = picomatch(glob);
    if (!names.some((name) => isMatch(name))) {
      throw new UsageError(`No mutant matches "${glob}".${didYouMean(glob, names)}`);
    }
  }
  return mutants.filter((mutant) => globs.length === 0 || picomatch([...globs])(mutant.name));
}

async function killAll(mutants: readonly Mutant[], flags: MutantFlags, io: CliIo): Promise<Kill[]> {
  const { killMutant } = await import('../mutants/kill.ts');
  const { createPlanner } = await import('../mutants/plan.ts');
  const { rememberKill } = await import('../mutants/remembered.ts');
  const plan = await createPlanner();
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const outDir = resolve(flags.out);
  makeFolder(outDir);
  const entry = join(packageRoot(), 'bin', 'pageserver-conformance.js');
  const kills: Kill[] = [];
  const queue = [...mutants];
  const worker = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant && !interrupt.signal.aborted; mutant = queue.shift()) {
      const kill = await killMutant(mutant, {
        ...firstStages(plan(mutant), flags.stages),
        outDir,
        seed: flags.seed,
        budgetMs: flags.budget,
        entry,
        signal: interrupt.signal,
      });
      kills.push(kill);
      if (flags.remember) rememberKill(kill);
      print(kill, io);
    }
  };
  // A run waits more than it works.
  const length = flags.workers ?? 2 * availableParallelism();
  await Promise.all(Array.from({ length }, worker));
  return kills;
}

function firstStages(plan: KillPlan, count: number): KillPlan {
  return { ...plan, stages: plan.stages.slice(0, count) };
}

function print(kill: Kill, io: CliIo): void {
  const paint = painter(colourAllowed(io, io.stdout));
  const word = paint(kill.result === 'killed' ? 'green' : 'red', kill.result.padEnd(8));
  const by = kill.by === undefined ? '' : ` by ${kill.by}`;
  const seconds = (kill.durationMs / 1000).toFixed(1);
  io.stdout.write(
    `${word} ${kill.mutant.name}  breaks ${kill.mutant.breaks}${by}  ${seconds} s\n         ${kill.text}\n`,
  );
}
