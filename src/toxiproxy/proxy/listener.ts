// The listening socket of a proxy: listens as Go does and dials the upstream for each client it accepts.

import { connect, createServer, type Server, type Socket } from 'node:net';
import {
  formatAddress,
  GoAddressError,
  type HostPort,
  listenErrorText,
  parseAddress,
  resolveAddress,
} from '../golang/address.ts';

/** The proxy could not listen; `message` is Go's text. */
export class ListenError extends Error {}

/** What a listener does with the clients that it accepts. */
export interface ListenerOptions {
  /** Where to dial, asked for each client. */
  readonly upstream: () => string;
  /** One dial at a time, as the original does; otherwise a slow upstream delays only its own client. */
  readonly serial: boolean;
  /** Both sockets are connected and paused. */
  readonly onConnected: (client: Socket, upstream: Socket) => void;
  /** The upstream can't be reached; the client is still paused, and nobody's. */
  readonly onRefused: (client: Socket) => void;
}

/** A listening proxy. */
export class Listener {
  /** The address that it listens on, resolved. */
  readonly address: string;
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #dialing = new Set<Socket>();
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(server: Server, address: string, options: ListenerOptions) {
    this.#server = server;
    this.address = address;
    this.#options = options;
    server.on('connection', (client) => this.#accept(client));
    server.on('error', () => {
      // An accept failed (out of descriptors): the client sees its connection end, the proxy goes on.
    });
  }

  /** Listens on `listen`. Throws ListenError with Go's text. */
  static async open(listen: string, options: ListenerOptions): Promise<Listener> {
    let address: HostPort;
    try {
      address = await resolveAddress(listen);
    } catch (error) {
      if (error instanceof GoAddressError) throw new ListenError(`listen tcp: ${error.message}`);
      throw error;
    }
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
    await listenOn(server, address);
    const bound = server.address() as { address: string; port: number };
    const shown = formatAddress({ host: bound.address, port: bound.port });
    return new Listener(server, shown, options);
  }

  /** Stops listening at once; clients whose upstream is not yet connected are closed. */
  close(): void {
    this.#closed = true;
    this.#server.close();
    for (const upstream of this.#dialing) upstream.destroy();
  }

  #accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (!this.#options.serial) {
      void this.#dial(client);
      return;
    }
    this.#turn = this.#turn.then(() => this.#dial(client));
  }

  /** Resolves when the upstream is connected or has refused. */
  #dial(client: Socket): Promise<void> {
    if (client.destroyed) return Promise.resolve();
    const upstream = this.#closed ? undefined : dial(this.#options.upstream());
    if (upstream === undefined) {
      this.#options.onRefused(client);
      return Promise.resolve();
    }
    this.#dialing.add(upstream);
    return new Promise((resolve) => {
      const refused = (): void => {
        this.#dialing.delete(upstream);
        if (!client.destroyed) this.#options.onRefused(client);
        resolve();
      };
      upstream.once('connect', () => {
        upstream.pause();
        this.#dialing.delete(upstream);
        upstream.removeListener('close', refused);
        if (client.destroyed) upstream.destroy();
        else this.#options.onConnected(client, upstream);
        resolve();
      });
      upstream.once('close', refused);
      upstream.on('error', () => {
        // `close` follows.
      });
    });
  }
}

/** Starts to connect to `host:port`; undefined when that is no address. */
export function dial(address: string): Socket | undefined {
  try {
    const { host, port } = parseAddress(address);
    return connect({
      host: host === '' ? '127.0.0.1' : host,
      port,
      allowHalfOpen: true,
      noDelay: true,
    });
  } catch {
    return undefined;
  }
}

async function listenOn(server: Server, address: HostPort): Promise<void> {
  const host = address.host === '' ? '::' : address.host;
  try {
    await listenOnce(server, host, address.port);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (address.host === '' && failure.code === 'EAFNOSUPPORT') {
      await listenOnce(server, '0.0.0.0', address.port);
      return;
    }
    throw new ListenError(listenErrorText(address, failure));
  }
}

function listenOnce(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
