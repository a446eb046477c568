// A piece of one direction's byte stream, and who wants to know what became of it.

/** Largest chunk that toxics see: what the original reads at once. */
export const CHUNK_SIZE_MAX = 32 * 1024;

/** One read from the source, or a piece of it. */
export interface Chunk {
  readonly data: Buffer;
  /** When it was read: milliseconds of `performance.now()`; `latency` moves it on. */
  readAt: number;
  /** The HTTP message that the bytes belong to, on observed connections. */
  readonly owner: ChunkOwner | undefined;
}

/** Follows the bytes of one message to their end. */
export interface ChunkOwner {
  /** These bytes are about to be written to the destination. */
  sending(sizeBytes: number): void;
  /** The destination's kernel took these bytes. */
  sent(sizeBytes: number): void;
  /** A toxic or a rule threw these bytes away. */
  lost(sizeBytes: number): void;
}

/** A part of a chunk: same time, same owner. */
export function slice(chunk: Chunk, start: number, end = chunk.data.length): Chunk {
  return { data: chunk.data.subarray(start, end), readAt: chunk.readAt, owner: chunk.owner };
}
