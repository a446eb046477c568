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
import type { Kill, KillOptions } from '../mutants/kill.ts';
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
  readonly by?: string;
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
    .option('--by <glob>', 'the other way round: for each such scenario a mutant that it kills')
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
      if (flags.by !== undefined) {
        const open = await proveAll(flags.by, mutants, flags, io);
        finish(open === 0 ? EXIT.conformant : EXIT.notConformant);
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
  const options = optionsOf(flags);
  const kills: Kill[] = [];
  await overWorkers(mutants, flags, options.signal, async (mutant) => {
    const kill = await killMutant(mutant, {
      ...firstStages(plan(mutant), flags.stages),
      ...options,
    });
    kills.push(kill);
    if (flags.remember) rememberKill(kill.mutant.name, kill.by);
    print(kill, io);
  });
  return kills;
}

/** The number of scenarios that killed no mutant. */
async function proveAll(
  glob: string,
  mutants: readonly Mutant[],
  flags: MutantFlags,
  io: CliIo,
): Promise<number> {
  const { planByScenario, proveScenario } = await import('../mutants/by-scenario.ts');
  const { createPlanner } = await import('../mutants/plan.ts');
  const plan = await createPlanner();
  const options = optionsOf(flags);
  const provings = await planByScenario(glob, mutants);
  let open = 0;
  await overWorkers(provings, flags, options.signal, async (proving) => {
    const kill = await proveScenario(proving, options, (one) => plan(one).names, flags.remember);
    if (kill) print(kill, io);
    else {
      open += 1;
      io.stdout.write(`no mutant is killed by ${proving.scenario}\n`);
    }
  });
  io.stdout.write(`${provings.length - open} of ${provings.length} scenarios kill a mutant\n`);
  return open;
}

function optionsOf(flags: MutantFlags): Omit<KillOptions, 'stages' | 'names'> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const outDir = resolve(flags.out);
  makeFolder(outDir);
  const entry = join(packageRoot(), 'bin', 'pageserver-conformance.js');
  const { seed, budget: budgetMs } = flags;
  return { outDir, seed, budgetMs, entry, signal: interrupt.signal };
}

/** A run waits more than it works: by default twice as many as there are cores. */
async function overWorkers<T>(
  items: readonly T[],
  flags: MutantFlags,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item && !signal.aborted; item = queue.shift()) await work(item);
  };
  const length = flags.workers ?? 2 * availableParallelism();
  await Promise.all(Array.from({ length }, worker));
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
