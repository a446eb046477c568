// The command line: commander knows the words, each command's file does the work and returns an exit code.

import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from '../core/exit.ts';
import { packageVersion } from '../core/package.ts';
import { addCheckCommand } from './commands/check.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addListCommand } from './commands/list.ts';
import { addMutantsCommand } from './commands/mutants.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRunCommand } from './commands/run.ts';
import { addServerCommands } from './commands/servers.ts';
import type { CliIo, Finish } from './io.ts';

/** Runs one command line to its end and returns the process's exit code; never throws. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let code: ExitCode = EXIT.conformant;
  const program = createProgram(io, (exit) => {
    code = exit;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

function createProgram(io: CliIo, finish: Finish): Command {
  const program = new Command('pageserver-conformance')
    .description(
      'Judges any implementation of the Neon pageserver management API: every documented answer, and ' +
        'attach/detach under faults. Without a target it judges the bundled reference pageserver.',
    )
    .version(packageVersion())
    .showHelpAfterError('(add --help for the options of this command)')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride();
  addRunCommand(program, io, finish);
  addListCommand(program, io);
  addExplainCommand(program, io);
  addReplayCommand(program, io, finish);
  addCheckCommand(program, io, finish);
  addMutantsCommand(program, io, finish);
  addServerCommands(program, io, finish);
  program.addHelpText('after', EXIT_HELP);
  return program;
}

const EXIT_HELP = `
Exit codes: 0 conformant · 1 not conformant · 2 wrong usage · 3 target not started, not reached or gone ·
4 our own fault · 6 nothing broken, but a MUST stayed undecided · 130 interrupted`;

function report(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const known = error as { exitCode?: ExitCode; message?: string; stack?: string };
  if (known.exitCode !== undefined) {
    io.stderr.write(`error: ${known.message}\n`);
    return known.exitCode;
  }
  io.stderr.write(`error: this is a fault of pageserver-conformance itself.\n${known.stack}\n`);
  return EXIT.harness;
}
