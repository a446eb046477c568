// A delivery of a request by itself: a duplicate, or a release after its connection has gone. It has a connection
// of its own to the upstream; the answer is seen, and thrown away.

import type { Socket } from 'node:net';
import { dial } from '../proxy/listener.ts';
import {
  type Answer,
  answerDialect,
  type Exchange,
  type ExchangePlace,
  requestDialect,
} from './exchange.ts';
import { MessageParser } from './http-message.ts';
import type { ProxyWatch } from './proxy-watch.ts';

/** One delivery. */
export class Delivery {
  readonly conn: string;
  readonly #proxy: ProxyWatch;
  readonly #socket: Socket | undefined;
  readonly #exchange: Exchange;
  readonly #answers: MessageParser<Answer>;
  #ended = false;

  constructor(proxy: ProxyWatch, bytes: Buffer) {
    this.#proxy = proxy;
    this.conn = proxy.host.nextConn();
    const place: ExchangePlace = {
      hub: proxy.hub,
      proxy: proxy.name,
      conn: this.conn,
      nextCopy: (call) => proxy.nextCopy(call),
    };
    this.#exchange = readExchange(place, bytes);
    this.#answers = new MessageParser(answerDialect(place, () => this.#exchange));
    this.#socket = dial(proxy.upstream);
    proxy.track(this);
    if (this.#socket === undefined) this.#end(this.#socket);
    else this.#send(this.#socket, bytes);
  }

  /** Ends the connection now. */
  cut(): void {
    this.#socket?.destroy();
  }

  #send(socket: Socket, bytes: Buffer): void {
    socket.on('error', () => {
      // `close` follows.
    });
    socket.on('close', () => this.#end(socket));
    socket.on('connect', () => {
      const upstream = this.#proxy.upstream;
      this.#proxy.emit(this.conn, { type: 'open', client: '', upstream, detached: true });
      this.#exchange.sending(bytes.length);
      socket.write(bytes, (error) => {
        if (!error) this.#exchange.sent(bytes.length);
      });
    });
    socket.on('data', (data: Buffer) => this.#read(socket, data));
    socket.on('end', () => socket.destroy());
  }

  #read(socket: Socket, data: Buffer): void {
    for (const { data: bytes, message } of this.#answers.feed(data)) {
      if (message === undefined || !message.final) continue;
      message.tell();
      message.lost(bytes.length);
      if (message.complete) socket.destroy();
    }
  }

  #end(socket: Socket | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#exchange.settle();
    const [up, down] = [socket?.bytesWritten ?? 0, socket?.bytesRead ?? 0];
    this.#proxy.emit(this.conn, { type: 'bytes', up, down });
    this.#proxy.emit(this.conn, { type: 'close' });
    this.#proxy.untrack(this);
  }
}

function readExchange(place: ExchangePlace, bytes: Buffer): Exchange {
  let found: Exchange | undefined;
  const parser = new MessageParser(
    requestDialect(place, (exchange) => {
      found = exchange;
    }),
  );
  parser.feed(bytes);
  found!.receivedBytes = bytes.length;
  return found!;
}
