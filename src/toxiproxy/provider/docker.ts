// A real Toxiproxy in a container, through testcontainers, which is loaded only when asked for. Not through
// ToxiProxyContainer of @testcontainers/toxiproxy: it publishes a fixed range of ports, and a container in the host's
// network publishes none, so it would wait for them in vain.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { TargetError, UsageError } from '../../core/exit.ts';
import { freePort } from './free-port.ts';
import { comeUp } from './probe.ts';
import type { RunningToxiproxy } from './provider.ts';

/** Version of the image that is the API's reference. */
const IMAGE = 'ghcr.io/shopify/toxiproxy:2.12.0';
/** What the server says when its API is about to listen. */
const READY = /Starting Toxiproxy HTTP server/;

/**
 * Run by the watcher process: removes the container when stdin ends, and asks again for two seconds, for it may just be coming
 * up. A container is no child of ours, and testcontainers' own reaper takes ten seconds to notice that we were killed.
 */
const WATCHER = `
const [engine, path] = process.argv.slice(1);
const where = { ...JSON.parse(engine), path, method: 'DELETE' };
const seen = (answer) => (answer.statusCode === 204 ? process.exit() : answer.resume());
const remove = () => require('node:http').request(where, seen).on('error', () => {}).end();
const end = () => {
  remove();
  setInterval(remove, 100);
  setTimeout(() => process.exit(), 2000);
};
process.stdin.once('end', end).on('error', () => {}).resume();
`;

/** Asks the Docker engine. Throws UsageError without testcontainers, TargetError when no engine answers. */
export async function findDocker() {
  const testcontainers = await import('testcontainers').catch(() => {
    throw new UsageError('--toxiproxy docker needs the package testcontainers; install it.');
  });
  const client = await testcontainers.getContainerRuntimeClient().catch(() => {
    throw new TargetError(
      'No Docker engine answers: start one, name it in DOCKER_HOST, or use --toxiproxy embedded, which needs none.',
    );
  });
  return { ...testcontainers, client };
}

/**
 * Starts a container in the host's network, so that its proxies reach the nodes and we reach them, with a port of its own,
 * for each rig has one. Throws as `findDocker`, and TargetError when the server does not come up.
 */
export async function startDocker(): Promise<RunningToxiproxy> {
  const { GenericContainer, Wait, client } = await findDocker();
  const port = await freePort();
  const name = `pageserver-conformance-${randomBytes(8).toString('hex')}`;
  // Before the container: nothing may end us between the two.
  const watcher = watch(name, client.container.dockerode.modem as Modem);
  const container = await new GenericContainer(IMAGE)
    .withName(name)
    .withNetworkMode('host')
    .withCommand(['-host=127.0.0.1', `-port=${port}`])
    .withWaitStrategy(Wait.forLogMessage(READY))
    .start()
    .catch(async (error: unknown) => {
      await watcher();
      throw new TargetError(`Toxiproxy can't be started in Docker: ${sentence(error)}.`);
    });
  const stop = async (): Promise<void> => {
    await container.stop();
    await watcher();
  };
  const apiUrl = `http://127.0.0.1:${port}`;
  try {
    const { version, capabilities } = await comeUp(apiUrl);
    return {
      apiUrl,
      version,
      provider: 'docker',
      capabilities,
      listenHost: '127.0.0.1',
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How the engine is reached, as docker-modem knows it. */
interface Modem {
  readonly protocol?: string;
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: number | string;
}

/** Starts the watcher; the result ends it. An engine behind TLS or SSH leaves the container to testcontainers' reaper. */
function watch(name: string, modem: Modem): () => Promise<void> {
  const { protocol, socketPath, host, port } = modem;
  if (socketPath === undefined && protocol !== 'http') return async () => undefined;
  const engine = socketPath === undefined ? { host, port } : { socketPath };
  const path = `/containers/${name}?force=1&v=1`;
  // Detached, and without the run's mark: neither what kills our whole group nor our reaper, which ends whatever carries the
  // mark, may kill it before the container is gone.
  const child = spawn(process.execPath, ['-e', WATCHER, JSON.stringify(engine), path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { ...process.env, PSC_RUN: '' },
  });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  return async () => {
    child.kill('SIGKILL');
    await exited;
  };
}

/** The first line of what Docker says, without a stop at its end. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!.replace(/[\s.]+$/, '');
}
