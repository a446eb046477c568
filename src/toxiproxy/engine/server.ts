// The engine as a server: listens, serves the API, ends cleanly.

import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TargetError, UsageError } from '../../core/exit.ts';
import { createApiServer } from '../api/http-server.ts';
import { populate } from '../api/proxy-handlers.ts';
import { createRouter } from '../api/router.ts';
import { createConformanceHandler } from '../conformance/handlers.ts';
import { resolveAddress } from '../golang/address.ts';
import { Engine } from './engine.ts';
import { DEFAULT_PORT, type ServerOptions } from './options.ts';

/** A listening server. */
export interface ToxiproxyServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly seed: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/**
 * Runs the engine in this process until it is closed.
 * Throws TargetError when the address can't be used, UsageError when the config file can't.
 */
export async function runToxiproxyServer(options: ServerOptions): Promise<ToxiproxyServer> {
  const engine = new Engine({
    seed: options.seed ?? String(Math.floor(Math.random() * 2 ** 32)),
    strict: options.strict ?? false,
    metrics: { proxy: options.proxyMetrics ?? false, runtime: options.runtimeMetrics ?? false },
  });
  if (options.config !== undefined) await populateFrom(engine, options.config);
  const server = createApiServer({
    plain: createRouter(engine),
    special: createConformanceHandler(engine),
  });
  await listen(server, options.host ?? 'localhost', options.port ?? DEFAULT_PORT);
  const address = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    engine.proxies.clear();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    host: address.address,
    port: address.port,
    seed: engine.seed,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function populateFrom(engine: Engine, file: string): Promise<void> {
  let body: Buffer;
  try {
    body = readFileSync(file);
  } catch {
    throw new UsageError(`The config file "${file}" can't be read.`);
  }
  const reply = await populate(engine, body);
  if (reply.status !== 201) {
    const { error } = JSON.parse(reply.body!) as { error: string };
    throw new UsageError(`The config file "${file}" can't be used: ${error}.`);
  }
}

async function listen(server: Server, name: string, port: number): Promise<void> {
  const bracketed = name.includes(':') ? `[${name}]` : name;
  const { host } = await resolveAddress(`${bracketed}:0`).catch(() => {
    throw new TargetError(`Toxiproxy can't listen: the host "${name}" is unknown.`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
      reject(new TargetError(`Toxiproxy can't listen on ${name}:${port}: ${reason}.`));
    });
    server.listen({ host: host === '' ? '::' : host, port }, resolve);
  });
}
