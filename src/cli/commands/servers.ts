// `reference`, `store`, `toxiproxy`: each embedded part as a server of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { EXIT, TargetError, UsageError } from '../../core/exit.ts';
import type { CliIo, Finish } from '../io.ts';
import { portNumber } from './options.ts';

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
      // Its own 1 says that it could not go on; ours would say that a target is not conformant.
      finish(code === EXIT.conformant || code === EXIT.usage ? code : EXIT.harness);
    });
}

function addStore(program: Command, io: CliIo): void {
  program
    .command('store')
    .description('Run the embedded S3 store')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(portOption('port to listen on; 0 takes a free one', 9000))
    .option('--bucket <name>', 'bucket that exists at the start', 'bucket')
    .option('--access-key <key>', 'access key', 'conformance')
    .option('--secret-key <key>', 'secret key', 'conformance')
    .action(
      async (
        flags: Record<'host' | 'bucket' | 'accessKey' | 'secretKey', string> & { port: number },
      ) => {
        const { runStoreServer } = await import('../../store/index.ts');
        await using server = await listening(flags, runStoreServer(flags));
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
    .addOption(portOption('port of the API; 0 takes a free one', 8474))
    .option('--seed <n>', 'makes toxicity, jitter and slicing repeatable')
    .addOption(
      new Option(
        '--compat <mode>',
        'strict: behave exactly as the original, its faults included',
      ).choices(['strict']),
    )
    .option('--config <file>', 'JSON file with proxies to begin with, as the original takes it')
    .option('--proxy-metrics', 'count the bytes of proxies at /metrics')
    .option('--runtime-metrics', 'show memory and processor time at /metrics')
    .action(async ({ compat, ...flags }: ToxiproxyFlags) => {
      const { runToxiproxyServer } = await import('../../toxiproxy/index.ts');
      const starting = runToxiproxyServer({ ...flags, strict: compat === 'strict' });
      await using server = await listening(flags, starting);
      io.stdout.write(`http://${server.host}:${server.port}\n`);
      await untilSignal();
    });
}

interface ToxiproxyFlags {
  readonly host: string;
  readonly port: number;
  readonly seed?: string;
  readonly compat?: 'strict';
  readonly config?: string;
  readonly proxyMetrics?: boolean;
  readonly runtimeMetrics?: boolean;
}

function portOption(description: string, usual: number): Option {
  return new Option('--port <port>', description).argParser(portNumber).default(usual);
}

/** The server, once it listens. Throws UsageError for an address that can't be had. */
async function listening<T>(
  { host, port }: { readonly host: string; readonly port: number },
  starting: Promise<T>,
): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    // A run would call it the target's fault; here it is the address that was asked for.
    if (error instanceof TargetError) throw new UsageError(error.message, { cause: error });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
    throw new UsageError(
      `${host}:${port} can't be listened on (${code}). Name another --host or --port.`,
      { cause: error },
    );
  }
}

async function untilSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
