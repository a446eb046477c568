// Ports for nodes. They lie below the range that the system gives to outgoing connections, so that a node that is
// down for a moment gets its own port back: a connection of ours could otherwise sit on it.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Common ephemeral ranges begin at 32768 (Linux) and 49152 (macOS, BSD); services rarely sit above 15000. */
const PORT_MIN = 15_000;
const PORT_MAX = 32_000;

/** Tries in that range before the system is asked for any free port. */
const TRIES_MAX = 50;

/** A port of `host` on which nothing listens at this moment. */
export async function freePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(host, port)) return port;
  }
  return (await listenOnce(host, 0))!;
}

/** Whether something could listen on `port` at this moment. */
export async function isFree(host: string, port: number): Promise<boolean> {
  return (await listenOnce(host, port)) !== undefined;
}

/** The port it could listen on, or undefined when that is taken. */
function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
