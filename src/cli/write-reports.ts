// Writes an outcome: files first, then the summary, then why the exit code is what it is.

import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXIT, EXIT_PRECEDENCE, type ExitCode } from '../core/exit.ts';
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

const UNWRITTEN = 'a report could not be written';

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
  const codes = codesOf(outcome, failed);
  const named = codes.filter((code) => code !== EXIT.conformant);
  if (named.length > 0) io.stderr.write(`exit: ${named.map(reason).join(', ')}\n`);
  return codes[0] ?? EXIT.harness;

  function reason(code: ExitCode): string {
    const own = code === EXIT.harness && failed ? UNWRITTEN : REASONS[code];
    return `${code} (${own})`;
  }
}

/** All that hold, in the order of their precedence. */
function codesOf(outcome: RunOutcome, failed: boolean): ExitCode[] {
  const holds = new Set<number>(outcome.exitCodes);
  if (failed) {
    holds.add(EXIT.harness);
    holds.delete(EXIT.conformant);
  }
  return EXIT_PRECEDENCE.filter((code) => holds.has(code));
}
