// A real Toxiproxy in a container, through testcontainers, which is loaded only when asked for. Not through
// ToxiProxyContainer of @testcontainers/toxiproxy: it publishes a fixed range of ports, and a container in the host's
// network publishes none, so it would wait for them in vain.

import { TargetError, UsageError } from '../../core/exit.ts';
import { freePort } from './free-port.ts';
import { comeUp } from './probe.ts';
import type { RunningToxiproxy } from './provider.ts';

/** Version of the image that is the API's reference. */
const IMAGE = 'ghcr.io/shopify/toxiproxy:2.12.0';
/** What the server says when its API is about to listen. */
const READY = /Starting Toxiproxy HTTP server/;

/**
 * Starts a container in the host's network, so that its proxies reach the nodes and we reach them, with a port of its own,
 * for each rig has one. Throws UsageError without testcontainers, TargetError when Docker does not answer.
 */
export async function startDocker(): Promise<RunningToxiproxy> {
  const { GenericContainer, Wait } = await import('testcontainers').catch(() => {
    throw new UsageError('--toxiproxy docker needs the package testcontainers; install it.');
  });
  const port = await freePort();
  const container = await new GenericContainer(IMAGE)
    .withNetworkMode('host')
    .withCommand(['-host=127.0.0.1', `-port=${port}`])
    .withWaitStrategy(Wait.forLogMessage(READY))
    .start()
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TargetError(`Toxiproxy can't be started in Docker: ${reason}.`);
    });
  const apiUrl = `http://127.0.0.1:${port}`;
  try {
    const { version, capabilities } = await comeUp(apiUrl);
    return {
      apiUrl,
      version,
      provider: 'docker',
      capabilities,
      listenHost: '127.0.0.1',
      [Symbol.asyncDispose]: async () => {
        await container.stop();
      },
    };
  } catch (error) {
    await container.stop();
    throw error;
  }
}
