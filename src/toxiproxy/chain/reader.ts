// Reads a socket into the first channel of a chain, and stops reading while the chain is full.

import type { Socket } from 'node:net';
import type { Channel, Pump } from './channel.ts';
import { CHUNK_SIZE_MAX } from './chunk.ts';

/** Source of a chain. */
export class Reader implements Pump {
  receivedBytes = 0;
  readonly #source: Socket;
  readonly #channel: Channel;
  readonly #pending: Buffer[] = [];
  #ended = false;

  /** `onGone` is called once when the socket is wholly closed, before the end is put into the chain. */
  constructor(source: Socket, channel: Channel, onGone: () => void) {
    this.#source = source;
    this.#channel = channel;
    channel.producer = this;
    source.on('data', (data: Buffer) => this.#read(data));
    source.on('end', () => this.#end());
    source.on('close', () => {
      onGone();
      this.#end();
    });
  }

  /** The channel has room again. */
  pump(): void {
    this.#flush();
  }

  #read(data: Buffer): void {
    this.receivedBytes += data.length;
    for (let start = 0; start < data.length; start += CHUNK_SIZE_MAX) {
      this.#pending.push(
        data.length <= CHUNK_SIZE_MAX ? data : data.subarray(start, start + CHUNK_SIZE_MAX),
      );
    }
    this.#flush();
    if (this.#channel.full) this.#source.pause();
  }

  #flush(): void {
    while (!this.#channel.full) {
      const data = this.#pending.shift();
      if (data === undefined) break;
      this.#channel.put({ data, readAt: performance.now(), owner: undefined });
    }
    if (this.#channel.full || this.#pending.length > 0) return;
    if (this.#ended) this.#channel.end();
    else if (this.#source.isPaused()) this.#source.resume();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#flush();
  }
}
