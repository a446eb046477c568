// The pipe between two neighbours of a chain. It behaves like a Go channel of capacity `bufferMax`: the producer
// may be one chunk ahead of that, in its hand, and has then to wait. Memory stays bounded by it.

import type { Chunk } from './chunk.ts';

/** Whoever fills or empties a channel; `pump` is called when it may go on. */
export interface Pump {
  pump(): void;
}

/** A bounded queue of chunks with a sticky end. */
export class Channel {
  producer: Pump | undefined;
  consumer: Pump | undefined;
  readonly #bufferMax: number;
  readonly #queue: Chunk[] = [];
  #ended = false;

  constructor(bufferMax: number) {
    this.#bufferMax = bufferMax;
  }

  /** The producer holds a chunk that nobody takes yet. */
  get full(): boolean {
    return this.#queue.length > this.#bufferMax;
  }

  /** Nothing is queued and nothing will come. */
  get done(): boolean {
    return this.#ended && this.#queue.length === 0;
  }

  put(chunk: Chunk): void {
    this.#queue.push(chunk);
    this.consumer?.pump();
  }

  /** The next chunk, or undefined. */
  take(): Chunk | undefined {
    const wasFull = this.full;
    const chunk = this.#queue.shift();
    if (wasFull && !this.full) this.producer?.pump();
    return chunk;
  }

  end(): void {
    this.#ended = true;
    this.consumer?.pump();
  }
}
