// The kill table the other way round: for each scenario a mutant that it kills, or the news that none was found.

import { join } from 'node:path';
import picomatch from 'picomatch';
import { loadCatalogue, type Requirement } from '../../catalogue/index.ts';
import { UsageError } from '../../core/exit.ts';
import type { ScenarioDefinition } from '../../run/scenario/definition.ts';
import { findSuiteFiles, loadDefinitions } from '../../run/select/suites.ts';
import { type Kill, type KillOptions, killMutant } from './kill.ts';
import type { Mutant } from './list.ts';
import { readProofs, rememberProof } from './remembered.ts';

/** One scenario and the mutants that may prove it, likeliest first. */
export interface Proving {
  readonly scenario: string;
  readonly candidates: readonly Mutant[];
}

/** The scenarios that a glob selects; controls prove checkers and are left out. Throws UsageError where there is none. */
export async function planByScenario(glob: string, mutants: readonly Mutant[]): Promise<Proving[]> {
  const { requirements } = loadCatalogue();
  const isMatch = picomatch(glob);
  const definitions = (await loadDefinitions(findSuiteFiles())).filter(
    ({ id, control }) => !control && isMatch(id),
  );
  if (definitions.length === 0) throw new UsageError(`No scenario matches "${glob}".`);
  const proofs = readProofs();
  return definitions.map((definition) => ({
    scenario: definition.id,
    candidates: candidatesOf(definition, mutants, requirements, proofs[definition.id] ?? []),
  }));
}

/** Known proofs first, then mutants of what the scenario decides by name, then those of the properties behind it. */
function candidatesOf(
  { decides, decidesHardened = [] }: ScenarioDefinition,
  mutants: readonly Mutant[],
  requirements: readonly Requirement[],
  known: readonly string[],
): Mutant[] {
  const decided = new Set([...decides, ...decidesHardened]);
  const rank = ({ name, breaks }: Mutant): number => {
    if (known.includes(name)) return 0;
    if (decided.has(breaks)) return /^(P\d|machine)$/.test(breaks) ? 2 : 1;
    const property = requirements.find((row) => row.id === breaks)?.property;
    return property !== undefined && decided.has(property) ? 3 : 4;
  };
  return mutants
    .filter((mutant) => rank(mutant) < 4)
    .sort((left, right) => rank(left) - rank(right));
}

/** Runs the scenario against one mutant after another until one is killed; undefined where none is. */
export async function proveScenario(
  { scenario, candidates }: Proving,
  options: Omit<KillOptions, 'stages' | 'names'>,
  namesOf: (mutant: Mutant) => readonly string[],
  remember: boolean,
): Promise<Kill | undefined> {
  for (const mutant of candidates) {
    if (options.signal.aborted) return undefined;
    const outDir = join(options.outDir, scenario.replaceAll('/', '.'));
    const stages = [[scenario]];
    const kill = await killMutant(mutant, { ...options, outDir, stages, names: namesOf(mutant) });
    if (kill.result !== 'killed' || kill.by === undefined) continue;
    if (remember) rememberProof(scenario, mutant.name);
    return kill;
  }
  return undefined;
}
