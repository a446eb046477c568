// `explain ID`: what a requirement, obligation, property, contradiction or scenario means. Never touches a target.

import type { Command } from 'commander';
import type { Catalogue } from '../../catalogue/index.ts';
import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { ScenarioDefinition } from '../../run/scenario/definition.ts';
import { findSuiteFiles, loadDefinitions } from '../../run/select/suites.ts';
import type { CliIo } from '../io.ts';

/** Adds the command. */
export function addExplainCommand(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description(
      'Explain a requirement, an obligation, a contradiction of the document or a scenario',
    )
    .argument('<id>', 'for example attach.202, P2 or flows/attach-moves-tenant')
    .action(async (id: string) => {
      const { loadCatalogue } = await import('../../catalogue/index.ts');
      const catalogue = loadCatalogue();
      const scenarios = await loadDefinitions(findSuiteFiles());
      const text =
        explainScenario(id, scenarios) ??
        explainRequirement(id, catalogue, scenarios) ??
        explainContradiction(id, catalogue);
      if (text === undefined) {
        const known = [
          ...catalogue.rows.map((row) => row.id),
          ...catalogue.contradictions.map((row) => row.id),
          ...scenarios.map((scenario) => scenario.id),
        ];
        throw new UsageError(
          `Unknown id "${id}".${didYouMean(id, known)} \`list\` and \`list --requirements\` show all.`,
        );
      }
      io.stdout.write(`${text}\n`);
    });
}

function explainScenario(id: string, scenarios: readonly ScenarioDefinition[]): string | undefined {
  const found = scenarios.find((scenario) => scenario.id === id);
  if (!found) return undefined;
  return [
    `${found.id}`,
    `  ${found.title}`,
    `  decides: ${found.decides.join(', ')}`,
    `  needs:   ${found.needs?.join(', ') || 'nothing beyond the API'}`,
    ...(found.control ? ['  a negative control: proves the checkers, never counted'] : []),
    `  run it:  pageserver-conformance run ${found.id}`,
  ].join('\n');
}

function explainRequirement(
  id: string,
  catalogue: Catalogue,
  scenarios: readonly ScenarioDefinition[],
): string | undefined {
  const row = catalogue.rows.find((candidate) => candidate.id === id);
  if (!row) return undefined;
  const deciders = scenarios.filter((scenario) => scenario.decides.includes(id));
  return [
    `${row.id}  (${row.level}, family ${row.family})`,
    `  ${row.text}`,
    `  origin:     ${row.origin}`,
    `  decided by: ${deciders.map((scenario) => scenario.id).join(', ') || 'every answer that is seen'}`,
  ].join('\n');
}

function explainContradiction(id: string, catalogue: Catalogue): string | undefined {
  const row = catalogue.contradictions.find((candidate) => candidate.id === id);
  if (!row) return undefined;
  return [
    `${row.id}  (a contradiction of the document)`,
    `  ${row.text}`,
    ...row.places.map((place) => `  place:   ${place}`),
    `  we read: ${row.reading}`,
  ].join('\n');
}
