// `check HISTORY…`: judges recorded histories again, offline, and must come to the same verdict as their run.

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { HistoryReport } from '../../check/index.ts';
import { EXIT, type ExitCode, UsageError } from '../../core/exit.ts';
import { findingText } from '../../report/finding-text.ts';
import { painter } from '../../report/summary.ts';
import type { CheckedHistory } from '../../run/result/check-codes.ts';
import { CAPABILITIES } from '../../run/scenario/definition.ts';
import { colourAllowed } from '../colour.ts';
import type { CliIo, Finish } from '../io.ts';
import { checkNames, durationMs, repeatable } from './options.ts';

const OUTCOME_STYLE = {
  holds: 'green',
  violated: 'red',
  undecided: 'magenta',
  unsupported: 'gray',
} as const;

interface CheckFlags {
  readonly without: readonly string[];
  readonly timeout?: number;
}

/** Adds the command. */
export function addCheckCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('check')
    .description(
      'Judge recorded histories (NDJSON) again; damaged lines are told, never passed over',
    )
    .argument(
      '<history...>',
      "path of a .ndjson history, or of a run's folder: all histories of it",
    )
    .addOption(
      repeatable(
        '--without <capability>',
        'accept that this can not be decided (repeatable)',
        'none',
      ),
    )
    .option(
      '--timeout <time>',
      'own limit for each history: what is not decided by then is undecided (default: 15m)',
      durationMs,
    )
    .action(async (paths: string[], flags: CheckFlags) => {
      checkNames('capability', flags.without, CAPABILITIES);
      const files = await filesOf(paths);
      const checked: CheckedHistory[] = [];
      for (const file of files) {
        if (files.length > 1) io.stdout.write(`${basename(file)}\n`);
        checked.push(await checkOne(file, flags, io));
      }
      finish(await endWith(checked, flags.without, io));
    });
}

/** A folder stands for its histories. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const { findHistories } = await import('../../run/result/history-names.ts');
  return paths.flatMap((path) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
    const files = findHistories(path);
    if (files.length === 0) throw new UsageError(`There is no history in ${path}.`);
    return files;
  });
}

async function checkOne(file: string, flags: CheckFlags, io: CliIo): Promise<CheckedHistory> {
  const { checkFile } = await import('../../check/index.ts');
  const { timeout: timeoutMs } = flags;
  const { report, damage } = await checkFile(file, timeoutMs === undefined ? {} : { timeoutMs });
  for (const { line, message } of damage) io.stderr.write(`${file}:${line}: ${message}\n`);
  printReport(report, io);
  return { report, damaged: damage.length > 0 };
}

function printReport(report: HistoryReport, io: CliIo): void {
  const paint = painter(colourAllowed(io, io.stdout));
  for (const [property, result] of Object.entries(report.properties)) {
    const reason = result.reason === undefined ? '' : ` (${result.reason})`;
    io.stdout.write(
      `${property.padEnd(8)} ${paint(OUTCOME_STYLE[result.outcome], result.outcome)}${reason}\n`,
    );
    for (const finding of result.findings) io.stdout.write(`${findingText(finding)}\n`);
  }
}

async function endWith(
  checked: readonly CheckedHistory[],
  without: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  const { checkCodes, openMusts } = await import('../../run/result/check-codes.ts');
  const open = openMusts(checked, without);
  if (open.length > 0) io.stdout.write(`NOT DECIDED: ${open.join(', ')}\n`);
  const codes = checkCodes(checked, without);
  if (codes.includes(EXIT.harness)) io.stderr.write('our own fault: our driver broke P1\n');
  return codes[0]!;
}
