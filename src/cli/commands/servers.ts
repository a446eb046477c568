// `reference`, `store`, `toxiproxy`: each embedded part as a server of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../../core/exit.ts';
import type { CliIo, Finish } from '../io.ts';

/** Adds the three commands. */
export function addServerCommands(program: Command, io: CliIo, finish: Finish): void {
  addReference(program, io, finish);
  addStore(program, io);
  addToxiproxy(program, io);
}

/** The reference is a program of its own, so it runs as one: its options are its own too. */
function addReference(program: Command, io: CliIo, finish: Finish): void {
  program
    .command('reference')
    .description('Run the bundled reference pageserver (reference --help lists its own options)')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]')
    .action(async (options: string[]) => {
      const { referenceProgram } = await import('../../target/index.ts');
      const child = spawn(process.execPath, [referenceProgram(), ...options], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: io.env,
      });
      const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
      process.on('SIGINT', forward);
      process.on('SIGTERM', forward);
      const [code] = (await once(child, 'exit')) as [number | null];
      finish((code ?? EXIT.harness) as ExitCode);
    });
}

function addStore(program: Command, io: CliIo): void {
  program
    .command('store')
    .description('Run the embedded S3 store')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes a free one', '9000')
    .option('--bucket <name>', 'bucket that exists at the start', 'bucket')
    .option('--access-key <key>', 'access key', 'conformance')
    .option('--secret-key <key>', 'secret key', 'conformance')
    .action(
      async (flags: Record<'host' | 'port' | 'bucket' | 'accessKey' | 'secretKey', string>) => {
        const { runStoreServer } = await import('../../store/index.ts');
        await using server = await runStoreServer({ ...flags, port: Number(flags.port) });
        io.stdout.write(`${server.endpoint}\n`);
        await untilSignal();
      },
    );
}

function addToxiproxy(program: Command, io: CliIo): void {
  program
    .command('toxiproxy')
    .description('Run the embedded Toxiproxy engine; any Toxiproxy client works with it')
    .option('--host <host>', 'address of the API', '127.0.0.1')
    .option('--port <port>', 'port of the API; 0 takes a free one', '8474')
    .option('--seed <n>', 'makes toxicity, jitter and slicing repeatable')
    .option('--compat <mode>', 'strict: behave exactly as the original, its faults included')
    .action(async (flags: { host: string; port: string; seed?: string; compat?: string }) => {
      const { runToxiproxyServer } = await import('../../toxiproxy/index.ts');
      await using server = await runToxiproxyServer({
        host: flags.host,
        port: Number(flags.port),
        ...(flags.seed === undefined ? {} : { seed: flags.seed }),
        strict: flags.compat === 'strict',
      });
      io.stdout.write(`http://${server.host}:${server.port}\n`);
      await untilSignal();
    });
}

async function untilSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
