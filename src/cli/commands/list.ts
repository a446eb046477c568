// `list`: the scenarios, or the requirements. Never touches a target.

import type { Command } from 'commander';
import { painter } from '../../report/summary.ts';
import { selectFiles } from '../../run/select/select.ts';
import { findSuiteFiles, loadDefinitions } from '../../run/select/suites.ts';
import { colourAllowed } from '../colour.ts';
import type { CliIo } from '../io.ts';
import { collect } from './options.ts';

/** Adds the command. */
export function addListCommand(program: Command, io: CliIo): void {
  program
    .command('list')
    .description('List scenarios (or, with --requirements, every requirement)')
    .argument('[scenarios...]', 'globs on scenario ids')
    .option('--suite <name>', 'only this suite (repeatable)', collect, [])
    .option('--requirements', 'list requirements and obligations instead', false)
    .action(async (globs: string[], flags: { suite: string[]; requirements: boolean }) => {
      await (flags.requirements ? listRequirements(io) : listScenarios(globs, flags.suite, io));
    });
}

async function listScenarios(globs: string[], suites: string[], io: CliIo): Promise<void> {
  const paint = painter(colourAllowed(io, io.stdout));
  const files = selectFiles(findSuiteFiles(), { globs, suites });
  for (const definition of await loadDefinitions(files)) {
    const control = definition.control ? paint('gray', ' (negative control)') : '';
    io.stdout.write(`${paint('bold', definition.id)}  ${definition.title}${control}\n`);
  }
  io.stderr.write(`${files.length} scenarios\n`);
}

async function listRequirements(io: CliIo): Promise<void> {
  const paint = painter(colourAllowed(io, io.stdout));
  const { loadCatalogue } = await import('../../catalogue/index.ts');
  const { rows } = loadCatalogue();
  for (const row of rows) {
    io.stdout.write(`${paint('bold', row.id)}  ${row.level}  ${row.text}\n`);
  }
  io.stderr.write(`${rows.length} requirements\n`);
}
