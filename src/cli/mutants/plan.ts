// Which scenarios are run against a mutant, and in which order: what killed it before, then those that are to decide
// the requirement, then those of the property behind it.

import { loadCatalogue } from '../../catalogue/index.ts';
import { findSuiteFiles, loadDefinitions } from '../../run/select/suites.ts';
import type { Mutant } from './list.ts';
import { readRemembered } from './remembered.ts';

/** How to kill one mutant. */
export interface KillPlan {
  /** Ids of scenarios, in stages: the next stage is run only if the mutant survived the one before. */
  readonly stages: readonly (readonly string[])[];
  /** The requirement that must be named: the mutant's own, or the property that decides it too. */
  readonly names: readonly string[];
}

/** Makes the function that plans. A mutant that no scenario can kill gets a plan without stages. */
export async function createPlanner(): Promise<(mutant: Mutant) => KillPlan> {
  const catalogue = loadCatalogue();
  const definitions = await loadDefinitions(findSuiteFiles());
  const remembered = readRemembered();
  const always = new Set(
    catalogue.judging.flatMap((rule) => (rule.onEveryAnswer && rule.requirement) || []),
  );
  const decidedBy = (id: string): string[] =>
    definitions
      // A control proves checkers, not servers.
      .filter((definition) => !definition.control)
      .filter(({ decides, decidesHardened = [] }) => [...decides, ...decidesHardened].includes(id))
      .map((definition) => definition.id);
  const contract = definitions
    .map((definition) => definition.id)
    .filter((id) => id.startsWith('contract/'));
  return (mutant) => {
    const { breaks } = mutant;
    const property = catalogue.requirements.find((row) => row.id === breaks)?.property;
    const names = property === undefined ? [breaks] : [breaks, property];
    const first = remembered[mutant.name];
    const known = definitions.some((definition) => definition.id === first);
    const stages = [
      first !== undefined && known ? [first] : [],
      decidedBy(breaks),
      // Every answer is judged in every scenario, so any contract scenario may find what no other looks for.
      always.has(breaks) || mutant.family === 'contract' ? contract : [],
      property === undefined ? [] : decidedBy(property),
    ];
    return { stages: withoutRepeats(stages).flatMap(inParts), names };
  };
}

/** A property is decided by most scenarios: they are tried some at a time. */
const PART = 8;

const inParts = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / PART) }, (_, part) =>
    ids.slice(part * PART, (part + 1) * PART),
  );

function withoutRepeats(stages: readonly (readonly string[])[]): string[][] {
  const seen = new Set<string>();
  const kept = stages.map((stage) => stage.filter((id) => !seen.has(id) && seen.add(id)));
  return kept.filter((stage) => stage.length > 0);
}
