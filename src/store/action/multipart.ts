// Uploads in parts that are open: created, not yet completed or aborted. Their parts are no objects yet.
import type { ObjectHeaders } from '../backend/backend.ts';
import { type Blob, BlobStore } from '../backend/blob.ts';
import { S3Error } from '../s3/error.ts';

/** Parts kept in memory at most, bytes; more goes to files. */
const PARTS_IN_MEMORY_MAX = 64 * 2 ** 20;

/** One part. */
export interface Part {
  readonly etag: string;
  readonly blob: Blob;
}

/** One open upload. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  readonly parts: Map<number, Part>;
}

/** All open uploads of a store. */
export class Uploads implements AsyncDisposable {
  readonly #open = new Map<string, Upload>();
  readonly #blobs = new BlobStore(PARTS_IN_MEMORY_MAX);
  #count = 0;

  create(key: string, headers: ObjectHeaders): Upload {
    this.#count += 1;
    const upload: Upload = { id: `upload-${this.#count}`, key, headers, parts: new Map() };
    this.#open.set(upload.id, upload);
    return upload;
  }

  /** The open upload of that id and key. Throws `NoSuchUpload` (404). */
  get(id: string | undefined, key: string): Upload {
    const upload = this.#open.get(id ?? '');
    if (upload?.key === key) return upload;
    throw new S3Error(404, 'NoSuchUpload', 'The specified upload does not exist.');
  }

  /** Keeps a part, replacing an earlier one of its number. */
  async addPart(upload: Upload, number: number, bytes: Buffer, etag: string): Promise<void> {
    const blob = this.#blobs.keep(bytes) ?? (await this.#blobs.spill(bytes));
    upload.parts.get(number)?.blob.free();
    upload.parts.set(number, { etag, blob });
  }

  /** Ends an upload and gives its room back. */
  end(upload: Upload): void {
    this.#open.delete(upload.id);
    for (const part of upload.parts.values()) part.blob.free();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.clear();
    await this.#blobs[Symbol.asyncDispose]();
  }
}
