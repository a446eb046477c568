// Writes an outcome: files first, then the summary, then why the exit code is what it is.

import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXIT, type ExitCode } from '../core/exit.ts';
import { FILE_REPORTERS } from '../report/reporters.ts';
import { painter, summary } from '../report/summary.ts';
import type { RunOutcome } from '../run/result/outcome.ts';
import { colourAllowed } from './colour.ts';
import type { CliIo } from './io.ts';

const REASONS: Readonly<Record<number, string>> = {
  1: 'a MUST is broken',
  3: 'the target could not be started or reached, or is gone',
  4: 'a fault of pageserver-conformance itself',
  6: 'a MUST stayed undecided',
  130: 'interrupted',
};

/** Returns the process's exit code: the outcome's, or 4 when a report could not be written. */
export async function writeReports(
  outcome: RunOutcome,
  reporters: readonly string[],
  io: CliIo,
): Promise<ExitCode> {
  const wanted = new Set(['json', ...reporters]);
  let failed = false;
  for (const [name, reporter] of Object.entries(FILE_REPORTERS)) {
    if (!wanted.has(name) || outcome.outDir === undefined) continue;
    try {
      writeFileSync(join(outcome.outDir, reporter.file), await reporter.render(outcome));
    } catch (error) {
      failed = true;
      io.stderr.write(`error: could not write ${reporter.file}: ${(error as Error).message}\n`);
    }
  }
  if (reporters.length === 0 || reporters.includes('default')) {
    io.stdout.write(summary(outcome, painter(colourAllowed(io, io.stdout))));
  }
  if (outcome.outDir !== undefined) {
    io.stderr.write(`reports: ${relative(process.cwd(), outcome.outDir) || '.'}\n`);
  }
  const codes = outcome.exitCodes.filter((code) => code !== 0);
  if (codes.length > 0) {
    io.stderr.write(`exit: ${codes.map((code) => `${code} (${REASONS[code]})`).join(', ')}\n`);
  }
  const first = (outcome.exitCodes[0] ?? EXIT.harness) as ExitCode;
  return failed &&
    ![EXIT.usage, EXIT.interrupted, EXIT.notConformant, EXIT.target].includes(first as 1)
    ? EXIT.harness
    : first;
}
