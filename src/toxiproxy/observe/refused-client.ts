// A client whose upstream can't be reached: what it asks for is read, told as dropped, and thrown away, for nobody can ever
// get a byte of it. Without this a call to a process that is down would leave no trace, and nothing could resolve it.

import type { Socket } from 'node:net';
import { type Exchange, requestDialect } from './exchange.ts';
import { MessageParser } from './http-message.ts';
import type { ProxyWatch } from './proxy-watch.ts';

/** A client that asks nothing is let go after so long, ms: a request that comes with the connection is there by then. */
const SILENT_MS_MAX = 50;
/** A client that does not leave although it was let go is closed after so long, ms. */
const LEAVE_MS_MAX = 1_000;

/** One such client; it ends by itself. */
export class RefusedClient {
  readonly #proxy: ProxyWatch;
  readonly #conn: string;
  readonly #client: Socket;
  readonly #exchanges: Exchange[] = [];
  readonly #requests: MessageParser<Exchange>;
  #timer: NodeJS.Timeout;
  #isLetGo = false;

  constructor(proxy: ProxyWatch, client: Socket) {
    this.#proxy = proxy;
    this.#client = client;
    this.#conn = proxy.host.nextConn();
    const place = {
      hub: proxy.hub,
      proxy: proxy.name,
      conn: this.#conn,
      nextCopy: () => 1,
    };
    this.#requests = new MessageParser(
      requestDialect(place, (exchange) => this.#exchanges.push(exchange)),
    );
    const { remoteAddress, remotePort } = client;
    const { upstream } = proxy;
    proxy.emit(this.#conn, {
      type: 'open',
      client: `${remoteAddress}:${remotePort}`,
      upstream,
      refused: true,
    });
    this.#timer = setTimeout(() => this.#letGo(), SILENT_MS_MAX);
    client.on('data', (data: Buffer) => this.#read(data));
    client.on('end', () => this.#letGo());
    client.on('close', () => this.#end());
    client.resume();
  }

  #read(data: Buffer): void {
    for (const { data: bytes, message } of this.#requests.feed(data)) {
      if (message === undefined) continue;
      message.receivedBytes += bytes.length;
      // Told before the client learns of its end, so that who looks then already knows.
      if (message.headComplete) message.settle();
    }
    if (this.#requests.opaque || this.#exchanges.some(({ settled }) => settled)) this.#letGo();
  }

  /** The client gets its FIN; what it still sends is read on, for its bytes would turn the FIN into RST. */
  #letGo(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#client.destroy(), LEAVE_MS_MAX);
    this.#client.end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    for (const exchange of this.#exchanges) exchange.settle();
    this.#proxy.emit(this.#conn, { type: 'bytes', up: 0, down: 0 });
    this.#proxy.emit(this.#conn, { type: 'close' });
  }
}
