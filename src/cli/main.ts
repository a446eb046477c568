// The program's entry: hands arguments and streams to `runCli` and exits with its code.

import { runCli } from './cli.ts';

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
process.exit(code);
