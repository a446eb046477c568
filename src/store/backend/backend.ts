// Where the objects are: our own memory and disk, or a real S3. A backend knows keys and bytes, nothing of tenants,
// writers or faults. Every change calls `onCommit` at the very moment it takes effect, before anything else can see it.
import type { ByteRange } from '../s3/range.ts';

/** Headers that travel with an object, by lower-case name: content-type, x-amz-meta-… */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** An object without its bytes. */
export interface ObjectInfo {
  /** Version, without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Wall time of the last change, whole seconds as S3 tells them. */
  readonly lastModified: Date;
  readonly headers: ObjectHeaders;
}

/** An object read: all of it, or the bytes from `start` on. */
export interface ObjectRead {
  readonly info: ObjectInfo;
  readonly bytes: Buffer;
  readonly start: number;
}

/** A change that has just taken effect. */
export interface Commit {
  readonly key: string;
  /** The new version; absent after a delete. */
  readonly etag?: string;
  /** The version that was replaced; absent: none. */
  readonly previous?: string;
  /** Put: the bytes. */
  readonly bytes?: Buffer;
}

/** Called at the commit. Must not throw. */
export type OnCommit = (commit: Commit) => void;

/** What to put. */
export interface PutRequest {
  readonly key: string;
  readonly bytes: Buffer;
  /** Version that a store of our own gives it; a real S3 makes its own. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  /** If-Match and If-None-Match, decided at the commit. */
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** A part of the sorted keys. */
export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly after: string;
  /** At most so many keys and common prefixes together. */
  readonly keysMax: number;
}

/** One page of a list, in the order of UTF-8 bytes. */
export interface ListPage {
  readonly objects: readonly { readonly key: string; readonly info: ObjectInfo }[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** `after` of the next page. */
  readonly next: string;
}

/** A store of objects. Rejections are `S3Error`s where S3 has a word for it, `HarnessError`s otherwise. */
export interface Backend extends AsyncDisposable {
  /** Rejects with `PreconditionFailed` (412); nothing is committed then. */
  put(request: PutRequest, onCommit: OnCommit): Promise<Commit>;
  /** Deleting what does not exist is a commit as well. */
  delete(key: string, onCommit: OnCommit): Promise<Commit>;
  /** Undefined: no such key. Rejects with `InvalidRange` (416). */
  get(key: string, range?: ByteRange): Promise<ObjectRead | undefined>;
  head(key: string): Promise<ObjectInfo | undefined>;
  list(request: ListRequest): Promise<ListPage>;
}
