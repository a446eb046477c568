// `check HISTORY`: judges a recorded history again, offline, and must come to the same verdict.

import type { Command } from 'commander';
import type { HistoryReport } from '../../check/index.ts';
import { EXIT, type ExitCode } from '../../core/exit.ts';
import { findingText } from '../../report/finding-text.ts';
import { painter } from '../../report/summary.ts';
import { colourAllowed } from '../colour.ts';
import type { CliIo, Finish } from '../io.ts';

const OUTCOME_STYLE = {
  holds: 'green',
  violated: 'red',
  undecided: 'magenta',
  unsupported: 'gray',
} as const;

/** Adds the command. */
export function addCheckCommand(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('check')
    .description(
      'Judge a recorded history (NDJSON) again; damaged lines are told, never passed over',
    )
    .argument('<history>', 'path of a .ndjson history')
    .action(async (file: string) => {
      const { loadHistory } = await import('../../history/index.ts');
      const { checkHistory } = await import('../../check/index.ts');
      const history = await loadHistory(file);
      for (const damage of history.damage) {
        io.stderr.write(`${file}:${damage.line}: ${damage.message}\n`);
      }
      const report = await checkHistory(history.lines, {
        ...(history.header === undefined ? {} : { profile: history.header.profile }),
      });
      printReport(report, io);
      finish(exitCode(report, history.damage.length > 0));
    });
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

/** A damaged history is never a pass: what could be judged is judged, the rest stays undecided. */
function exitCode(report: HistoryReport, damaged: boolean): ExitCode {
  const results = Object.values(report.properties);
  const broken = results.some((result) =>
    result.findings.some((finding) => finding.kind === 'server' && finding.level === 'fail'),
  );
  if (broken) return EXIT.notConformant;
  if (damaged || results.some((result) => result.outcome === 'undecided')) return EXIT.undecided;
  return EXIT.conformant;
}
