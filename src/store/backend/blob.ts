// Bytes with a bound: in memory up to so many, in files beyond.
import { mkdtemp, open, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that were kept. */
export interface Blob {
  readonly size: number;
  /** The bytes from `start` to `end` (exclusive). */
  read(start: number, end: number): Promise<Buffer>;
  /** Gives the room back; a read that has begun still ends well. */
  free(): void;
}

/** Keeps bytes: the first `bytesMax` in memory, what comes above in a folder of its own that disposal removes. */
export class BlobStore implements AsyncDisposable {
  readonly #bytesMax: number;
  readonly #parent: string;
  #folder: Promise<string> | undefined;
  #inMemory = 0;
  #files = 0;

  constructor(bytesMax: number, parent: string = tmpdir()) {
    this.#bytesMax = bytesMax;
    this.#parent = parent;
  }

  /** Bytes now in memory. */
  get inMemory(): number {
    return this.#inMemory;
  }

  /** Keeps `bytes`; undefined means that they did not fit in memory and `spill` is to be awaited. */
  keep(bytes: Buffer): Blob | undefined {
    if (this.#inMemory + bytes.length > this.#bytesMax) return undefined;
    this.#inMemory += bytes.length;
    let held = true;
    return {
      size: bytes.length,
      read: async (start, end) => bytes.subarray(start, end),
      free: () => {
        if (held) this.#inMemory -= bytes.length;
        held = false;
      },
    };
  }

  /** Keeps `bytes` in a file. */
  async spill(bytes: Buffer): Promise<Blob> {
    this.#folder ??= mkdtemp(join(this.#parent, 'psc-store-'));
    const folder = await this.#folder;
    this.#files += 1;
    const file = join(folder, String(this.#files));
    await writeFile(file, bytes);
    return {
      size: bytes.length,
      read: (start, end) => readPart(file, start, end),
      free: () => void unlink(file).catch(() => {}),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}

async function readPart(file: string, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  const handle = await open(file, 'r');
  try {
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    await handle.close();
  }
}
