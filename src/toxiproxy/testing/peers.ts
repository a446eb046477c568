// Peers for tests: raw TCP servers and clients that record what arrived and how it ended.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How a stream ended at a peer: FIN, RST, or not at all. */
export type End = 'fin' | 'rst' | 'open';

/** One end of a TCP connection. */
export class Peer {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  end: End = 'open';
  readonly #waiters = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => {
      this.received = Buffer.concat([this.received, data]);
      this.#wake();
    });
    socket.on('end', () => this.#ended('fin'));
    socket.on('error', () => this.#ended('rst'));
    socket.on('close', () => this.#wake());
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Resolves when the condition holds; checked at each event of this peer. Rejects after five seconds. */
  until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(check);
        reject(
          new Error(
            `waited for ${what}; got ${JSON.stringify(this.text.slice(0, 200))}, ${this.end}`,
          ),
        );
      }, 20_000);
      const check = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
      check();
    });
  }

  gets(text: string): Promise<void> {
    return this.until(() => this.text.includes(text), `"${text}"`);
  }

  getsBytes(count: number): Promise<void> {
    return this.until(() => this.received.length >= count, `${count} bytes`);
  }

  ends(end: Exclude<End, 'open'>): Promise<void> {
    return this.until(() => this.end === end, end);
  }

  #ended(end: End): void {
    if (this.end === 'open') this.end = end;
    this.#wake();
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

/** A TCP server that hands over each connection it accepts. */
export class PeerServer implements AsyncDisposable {
  readonly peers: Peer[] = [];
  readonly #server: Server;
  readonly #onPeer: ((peer: Peer) => void) | undefined;
  readonly #waiters: ((peer: Peer) => void)[] = [];
  #taken = 0;

  private constructor(onPeer?: (peer: Peer) => void) {
    this.#onPeer = onPeer;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const peer = new Peer(socket);
      this.peers.push(peer);
      this.#onPeer?.(peer);
      this.#waiters.shift()?.(peer);
    });
  }

  static async start(onPeer?: (peer: Peer) => void): Promise<PeerServer> {
    const server = new PeerServer(onPeer);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection, whether it has come or will. */
  accept(): Promise<Peer> {
    const known = this.peers[this.#taken];
    this.#taken += 1;
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Connects to `host:port`. */
export function connectPeer(address: string): Promise<Peer> {
  const colon = address.lastIndexOf(':');
  const socket = connect({
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    allowHalfOpen: true,
    noDelay: true,
  });
  const peer = new Peer(socket);
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(peer));
    socket.once('error', reject);
  });
}
