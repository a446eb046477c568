// The store of our own: objects in memory up to a bound, in files beyond it. A commit is one synchronous step.
import { S3Error } from '../s3/error.ts';
import { type ByteRange, resolveRange } from '../s3/range.ts';
import type {
  Backend,
  Commit,
  ListPage,
  ListRequest,
  ObjectInfo,
  ObjectRead,
  OnCommit,
  PutRequest,
} from './backend.ts';
import { type Blob, BlobStore } from './blob.ts';
import { checkPreconditions } from './preconditions.ts';
import { SortedKeys } from './sorted-keys.ts';

/** Memory that objects may take before they go to files, bytes. Room for ten initial layers of about 23 MB. */
export const BYTES_IN_MEMORY_MAX = 256 * 2 ** 20;

interface Stored {
  readonly info: ObjectInfo;
  readonly blob: Blob;
}

/** Objects of one bucket. */
export class EmbeddedBackend implements Backend {
  readonly #objects = new Map<string, Stored>();
  readonly #keys = new SortedKeys();
  readonly #blobs: BlobStore;

  /** `bytesMax`: bytes kept in memory; `dir`: parent of the folder for what is above (default: the system's). */
  constructor(bytesMax: number = BYTES_IN_MEMORY_MAX, dir?: string) {
    this.#blobs = new BlobStore(bytesMax, dir);
  }

  async put(request: PutRequest, onCommit: OnCommit): Promise<Commit> {
    const blob = this.#blobs.keep(request.bytes) ?? (await this.#blobs.spill(request.bytes));
    const before = this.#objects.get(request.key);
    try {
      checkPreconditions(request, before?.info);
    } catch (error) {
      blob.free();
      throw error;
    }
    const { key, etag, headers, bytes } = request;
    const lastModified = new Date(Math.floor(Date.now() / 1000) * 1000);
    this.#objects.set(key, { info: { etag, size: blob.size, lastModified, headers }, blob });
    if (!before) this.#keys.add(key);
    const commit = { key, etag, bytes, ...previousOf(before) };
    onCommit(commit);
    before?.blob.free();
    return commit;
  }

  async delete(key: string, onCommit: OnCommit): Promise<Commit> {
    const before = this.#objects.get(key);
    this.#objects.delete(key);
    if (before) this.#keys.delete(key);
    const commit = { key, ...previousOf(before) };
    onCommit(commit);
    before?.blob.free();
    return commit;
  }

  async get(key: string, range?: ByteRange): Promise<ObjectRead | undefined> {
    const stored = this.#objects.get(key);
    if (!stored) return undefined;
    const { info, blob } = stored;
    const part = range ? resolveRange(range, info.size) : ([0, info.size] as const);
    if (!part) throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
    return { info, bytes: await blob.read(part[0], part[1]), start: part[0] };
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    return this.#objects.get(key)?.info;
  }

  async list(request: ListRequest): Promise<ListPage> {
    const { keys, ...page } = this.#keys.page(request);
    return { ...page, objects: keys.map((key) => ({ key, info: this.#objects.get(key)!.info })) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#objects.clear();
    await this.#blobs[Symbol.asyncDispose]();
  }
}

function previousOf(before: Stored | undefined): { previous?: string } {
  return before ? { previous: before.info.etag } : {};
}
