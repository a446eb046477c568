// One side of a differential run: a Toxiproxy, an upstream of its own, and the connections made through it.

import { connectPeer, type End, type Peer, PeerServer } from './peers.ts';

/** An answer of the API with server-chosen ports taken out. */
export interface SideAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** Both ends of one connection. */
export interface Pair {
  readonly client: Peer;
  readonly node: Peer;
  clientSent: number;
  nodeSent: number;
}

/** What one connection shows. */
export interface PairState {
  readonly up: string;
  readonly down: string;
  readonly client: End;
  readonly node: End;
}

/** A Toxiproxy under comparison. */
export class Side implements AsyncDisposable {
  readonly name: string;
  readonly apiUrl: string;
  readonly pairs: Pair[] = [];
  readonly #upstream: PeerServer;

  private constructor(name: string, apiUrl: string, upstream: PeerServer) {
    this.name = name;
    this.apiUrl = apiUrl;
    this.#upstream = upstream;
  }

  static async start(name: string, apiUrl: string): Promise<Side> {
    return new Side(name, apiUrl, await PeerServer.start());
  }

  get upstream(): string {
    return this.#upstream.address;
  }

  async api(method: string, path: string, body?: object): Promise<SideAnswer> {
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(this.apiUrl + path, { method, body: text });
    const answer = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: answer.replaceAll(this.upstream, 'UPSTREAM').replace(/127\.0\.0\.1:\d+/g, 'LISTEN'),
    };
  }

  async listenOf(proxy: string): Promise<string> {
    const response = await fetch(`${this.apiUrl}/proxies/${proxy}`);
    return ((await response.json()) as { listen: string }).listen;
  }

  async open(proxy: string): Promise<void> {
    const client = await connectPeer(await this.listenOf(proxy));
    const node = await this.#upstream.accept();
    this.pairs.push({ client, node, clientSent: 0, nodeSent: 0 });
  }

  /** What every connection shows now. An end over undelivered bytes may be FIN or RST: the kernel decides. */
  state(): PairState[] {
    return this.pairs.map((pair) => ({
      up: digest(pair.node),
      down: digest(pair.client),
      client: shownEnd(pair.client, pair.clientSent > pair.node.received.length),
      node: shownEnd(pair.node, pair.nodeSent > pair.client.received.length),
    }));
  }

  /** Removes every proxy and forgets every connection. */
  async clear(): Promise<void> {
    const all = (await (await fetch(`${this.apiUrl}/proxies`)).json()) as Record<string, unknown>;
    for (const name of Object.keys(all)) await this.api('DELETE', `/proxies/${name}`);
    for (const { client, node } of this.pairs.splice(0)) {
      client.socket.destroy();
      node.socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clear();
    await this.#upstream[Symbol.asyncDispose]();
  }
}

function shownEnd(peer: Peer, undelivered: boolean): End {
  return peer.end !== 'open' && undelivered ? 'fin' : peer.end;
}

/** Length and content in short. */
function digest({ received }: Peer): string {
  let hash = 0;
  for (const byte of received) hash = (Math.imul(hash, 31) + byte) | 0;
  return `${received.length}/${hash}`;
}
