// Which exit codes hold for an outcome (design section 3, judging section 7).

import { EXIT, EXIT_PRECEDENCE, type ExitCode } from '../../core/exit.ts';
import { isServerFailure } from '../../core/finding.ts';
import { CUT_SHORT } from '../scenario/result.ts';
import type { RunOutcome } from './outcome.ts';

const PROPERTY = /^P[1-8]$/;

/** All exit codes that hold, in the order of their precedence; the first is the process's. */
export function exitCodes(outcome: Omit<RunOutcome, 'exitCodes'>): ExitCode[] {
  const holds = new Set<ExitCode>();
  const counted = outcome.scenarios.filter((scenario) => !scenario.control);
  const broken =
    counted.some((scenario) => scenario.verdict === 'fail') ||
    outcome.requirements.some((row) => row.verdict === 'fail') ||
    outcome.findings.some(isServerFailure);
  if (broken) holds.add(EXIT.notConformant);
  if (outcome.targetError !== undefined) holds.add(EXIT.target);
  if (outcome.harnessErrors.length > 0) holds.add(EXIT.harness);
  if (
    outcome.scenarios.some(({ verdict, reason }) => verdict === 'error' && reason !== CUT_SHORT)
  ) {
    // Cells that a vanished target left behind are its fault, not ours.
    if (outcome.targetError === undefined) holds.add(EXIT.harness);
  }
  if (outcome.interrupted) holds.add(EXIT.interrupted);
  if (undecidedMusts(outcome).length > 0) holds.add(EXIT.undecided);
  // What was selected and never ran can't be called conformant, whatever the reason.
  if (holds.size === 0 && outcome.notRun.length > 0) holds.add(EXIT.harness);
  if (holds.size === 0) holds.add(EXIT.conformant);
  return EXIT_PRECEDENCE.filter((code) => holds.has(code));
}

/**
 * Ids of the MUSTs that stayed open: any requirement that ended `undecided`, and each of P1–P8 that a selected suite could
 * not decide for lack of a capability that the user did not name in `--without`. Unsupported contract cells never count.
 * Of a scenario that lacks several capabilities one need be named, for without it the others would not have helped.
 */
export function undecidedMusts(outcome: Pick<RunOutcome, 'requirements' | 'context'>): string[] {
  const open = outcome.requirements.filter((row) => {
    if (row.level !== 'MUST') return false;
    if (row.verdict === 'undecided') return true;
    return (
      row.verdict === 'unsupported' &&
      PROPERTY.test(row.id) &&
      !isAccepted(row.lacks ?? [], outcome.context.without)
    );
  });
  return open.map((row) => row.id);
}

/** Every scenario that could have decided it lacks something that the user does without; `lacks` has each one's set. */
export function isAccepted(
  lacks: readonly (readonly string[])[],
  without: readonly string[],
): boolean {
  return lacks.length > 0 && lacks.every((set) => set.some((name) => without.includes(name)));
}
