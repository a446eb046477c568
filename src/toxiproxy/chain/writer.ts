// Writes the last channel of a chain into a socket, one write at a time: Node drops what it has queued when a
// socket is destroyed, so nothing is queued there.

import type { Socket } from 'node:net';
import type { Channel, Pump } from './channel.ts';
import type { Chunk } from './chunk.ts';

/** Destination of a chain. */
export class Writer implements Pump {
  sentBytes = 0;
  readonly #dest: Socket;
  readonly #channel: Channel;
  readonly #onEnd: () => void;
  readonly #written = (error?: Error | null): void => this.#finishWrite(error);
  #writing: Chunk | undefined;
  #taking = false;
  #ended = false;

  /** `onEnd` is called once, when everything before the end is written. */
  constructor(dest: Socket, channel: Channel, onEnd: () => void) {
    this.#dest = dest;
    this.#channel = channel;
    this.#onEnd = onEnd;
    channel.consumer = this;
  }

  pump(): void {
    // Taking a chunk lets the producer put the next one, which calls back here before this one is written.
    if (this.#taking) return;
    this.#taking = true;
    while (this.#writing === undefined) {
      const chunk = this.#channel.take();
      if (chunk === undefined) break;
      this.#write(chunk);
    }
    this.#taking = false;
    if (this.#writing === undefined && this.#channel.done) this.#end();
  }

  #write(chunk: Chunk): void {
    if (chunk.data.length === 0) return;
    // A peer that is gone: the bytes have nowhere to go, and the socket's close ends the connection.
    if (this.#dest.destroyed || this.#dest.writableEnded) {
      chunk.owner?.lost(chunk.data.length);
      return;
    }
    this.#writing = chunk;
    chunk.owner?.sending(chunk.data.length);
    this.#dest.write(chunk.data, this.#written);
  }

  #finishWrite(error: Error | null | undefined): void {
    const chunk = this.#writing;
    this.#writing = undefined;
    if (chunk === undefined) return;
    if (error) {
      chunk.owner?.lost(chunk.data.length);
    } else {
      this.sentBytes += chunk.data.length;
      chunk.owner?.sent(chunk.data.length);
    }
    this.pump();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
  }
}
