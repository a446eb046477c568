// An engine for tests, with its client, its events and an upstream.

import { ConformanceClient } from '../client/conformance-client.ts';
import type { EventStream } from '../client/event-stream.ts';
import type { ProxyEvent, ProxyInput } from '../conformance/wire.ts';
import { runToxiproxyServer, type ToxiproxyServer } from '../engine/server.ts';
import { connectPeer, type Peer, PeerServer } from './peers.ts';

/** Everything that a test of the engine needs. */
export class EngineBench implements AsyncDisposable {
  readonly server: ToxiproxyServer;
  readonly client: ConformanceClient;
  readonly upstream: PeerServer;
  readonly events: ProxyEvent[] = [];
  readonly #peers: Peer[] = [];
  readonly #waiters = new Set<() => void>();
  #stream: EventStream | undefined;

  private constructor(server: ToxiproxyServer, upstream: PeerServer) {
    this.server = server;
    this.upstream = upstream;
    this.client = new ConformanceClient(this.apiUrl);
  }

  static async start(options: { strict?: boolean; seed?: string } = {}): Promise<EngineBench> {
    const server = await runToxiproxyServer({ host: '127.0.0.1', port: 0, seed: '1', ...options });
    const bench = new EngineBench(server, await PeerServer.start());
    bench.#stream = await bench.client.events((event) => {
      bench.events.push(event);
      for (const waiter of [...bench.#waiters]) waiter();
    });
    return bench;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** Makes a proxy to the upstream; gives its address. */
  async proxy(input: Partial<ProxyInput> = {}): Promise<string> {
    const { proxy } = await this.client.createProxy({
      name: 'p',
      upstream: this.upstream.address,
      ...input,
    });
    return proxy.listen;
  }

  /** A client's end and the upstream's end of one new connection. */
  async connect(address: string): Promise<{ client: Peer; node: Peer }> {
    const client = await connectPeer(address);
    this.#peers.push(client);
    return { client, node: await this.upstream.accept() };
  }

  /** Calls the plain API; the parsed answer, or undefined. */
  async api(method: string, path: string, body?: object): Promise<unknown> {
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(this.apiUrl + path, { method, body: text });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return answer === '' ? undefined : JSON.parse(answer);
  }

  /** The first event that fits, whether it has come or will. Rejects after five seconds. */
  event<T extends ProxyEvent['type']>(
    type: T,
    fits: (event: Extract<ProxyEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ProxyEvent, { type: T }>> {
    const find = () =>
      this.events.find(
        (event): event is Extract<ProxyEvent, { type: T }> =>
          event.type === type && fits(event as Extract<ProxyEvent, { type: T }>),
      );
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(check);
        reject(new Error(`no ${type} among ${JSON.stringify(this.events)}`));
      }, 5_000);
      const check = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiters.delete(check);
        resolve(found);
      };
      this.#waiters.add(check);
      check();
    });
  }

  /** Types of all events so far, drained first. */
  async drainedTypes(): Promise<string[]> {
    await this.#stream!.reach(await this.client.drain());
    return this.events.map((event) => event.type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) peer.socket.destroy();
    this.#stream?.close();
    await this.client[Symbol.asyncDispose]();
    await this.upstream[Symbol.asyncDispose]();
    await this.server.close();
  }
}

/** A request as a client writes it. */
export function httpRequest(method: string, path: string, call: string, body = ''): string {
  return `${method} ${path} HTTP/1.1\r\nhost: node\r\nx-request-id: ${call}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** An answer as a node writes it. */
export function httpAnswer(status: number, body = ''): string {
  return `HTTP/1.1 ${status} Text\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
