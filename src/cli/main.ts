// The program's entry: hands arguments and streams to `runCli` and exits with its code. The launcher is told the code
// before, so that a thread that can't end does not keep it from its caller.

import { runCli } from './cli.ts';

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
if (process.send) process.send({ exitCode: code }, () => process.exit(code));
else process.exit(code);
