// A real Toxiproxy in a container, through testcontainers, which is loaded only when asked for.

import { TargetError, UsageError } from '../../core/exit.ts';
import { probe } from './probe.ts';
import type { RunningToxiproxy } from './provider.ts';

/** Version of the image that is the API's reference. */
const IMAGE = 'ghcr.io/shopify/toxiproxy:2.12.0';

/**
 * Starts the container in the host's network, so that its proxies reach the nodes and we reach them.
 * Throws UsageError without testcontainers, TargetError when Docker does not answer.
 */
export async function startDocker(): Promise<RunningToxiproxy> {
  const { ToxiProxyContainer } = await import('@testcontainers/toxiproxy').catch(() => {
    throw new UsageError(
      '--toxiproxy docker needs the packages testcontainers and @testcontainers/toxiproxy; install both.',
    );
  });
  const container = await new ToxiProxyContainer(IMAGE)
    .withNetworkMode('host')
    .start()
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TargetError(`Toxiproxy can't be started in Docker: ${reason}.`);
    });
  const apiUrl = `http://${container.getHost()}:8474`;
  const { version, capabilities } = await probe(apiUrl);
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
}
