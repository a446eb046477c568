// Flags of the engine as a program. One or two dashes, as in Go.

import { parseArgs } from 'node:util';
import { UsageError } from '../../core/exit.ts';

/** How a server runs; everything has a default. */
export interface ServerOptions {
  /** Default `localhost`. */
  readonly host?: string;
  /** 0 = any free port. Default 8474, as the original. */
  readonly port?: number;
  /** Repeats toxicity, jitter and slices; default: a random one, which the ready line tells. */
  readonly seed?: string;
  /** Act as the original does even where that hurts its users. */
  readonly strict?: boolean;
  /** A JSON file to populate from. */
  readonly config?: string;
  readonly proxyMetrics?: boolean;
  readonly runtimeMetrics?: boolean;
}

/** Flags of the process, besides those of a server. */
export interface ProcessOptions extends ServerOptions {
  /** End when stdin ends: the parent is gone. */
  readonly parentPipe: boolean;
}

/** Port of the original. */
export const DEFAULT_PORT = 8474;

/** Reads the flags. Throws UsageError. */
export function parseOptions(argv: readonly string[]): ProcessOptions {
  const args = argv.map((word) => word.replace(/^-(?=[a-z]{2,})/, '--'));
  try {
    const { values } = parseArgs({
      args,
      options: {
        host: { type: 'string', default: 'localhost' },
        port: { type: 'string', default: String(DEFAULT_PORT) },
        seed: { type: 'string' },
        compat: { type: 'string' },
        config: { type: 'string' },
        'proxy-metrics': { type: 'boolean', default: false },
        'runtime-metrics': { type: 'boolean', default: false },
        'parent-pipe': { type: 'boolean', default: false },
      },
    });
    return {
      host: values.host,
      port: parsePort(values.port),
      ...(values.seed === undefined ? {} : { seed: values.seed }),
      strict: parseCompat(values.compat),
      ...(values.config === undefined ? {} : { config: values.config }),
      proxyMetrics: values['proxy-metrics'],
      runtimeMetrics: values['runtime-metrics'],
      parentPipe: values['parent-pipe'],
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, not "${text}".`);
}

function parseCompat(text: string | undefined): boolean {
  if (text === undefined) return false;
  if (text === 'strict') return true;
  throw new UsageError(`--compat knows only "strict", not "${text}".`);
}
