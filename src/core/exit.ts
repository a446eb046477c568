// Exit codes of the command line and the errors that carry them (design section 3).

/** Exit codes: part of the command line's contract. */
export const EXIT = {
  conformant: 0,
  notConformant: 1,
  usage: 2,
  target: 3,
  harness: 4,
  staleBaseline: 5,
  undecided: 6,
  interrupted: 130,
} as const;

/** One of the documented exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** If several exit codes hold, the first of this list is the process's. */
export const EXIT_PRECEDENCE: readonly ExitCode[] = [
  EXIT.usage,
  EXIT.interrupted,
  EXIT.notConformant,
  EXIT.target,
  EXIT.harness,
  EXIT.undecided,
  EXIT.staleBaseline,
  EXIT.conformant,
];

/** Wrong usage: an unknown id, key or value, or an empty selection. Exit 2. The message says what to do next. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode: ExitCode = EXIT.usage;
}

/** The target could not be started or reached, or is gone. Exit 3. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly exitCode: ExitCode = EXIT.target;
}

/** Our own fault, never the target's: a rig that broke, a report that can't be written. Exit 4. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly exitCode: ExitCode = EXIT.harness;
}

/** The scenario needs something that this target or provider lacks; its verdict is `unsupported`. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
  /** The capability that is missing, by its name in the target file; undefined where none would help. */
  readonly capability: string | undefined;
  constructor(capability: string | undefined, reason: string) {
    super(reason);
    this.capability = capability;
  }
}

/** What the rest of a scenario builds upon did not come about; what it has not decided by then is `undecided`. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError';
}
