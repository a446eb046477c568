// A real S3 behind the tap. A change commits when the real store has answered 2xx (judging section 3). One change of
// a key at a time, so that the order of commits here is the order there.
import type { IncomingHttpHeaders } from 'node:http';
import { decode } from '../s3/address.ts';
import { noSuchKey, S3Error } from '../s3/error.ts';
import { type ByteRange, rangeHeader } from '../s3/range.ts';
import { elements, fromXml, text } from '../s3/xml.ts';
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
import { KeyLock } from './key-lock.ts';
import { checkPreconditions } from './preconditions.ts';
import { RemoteClient, type RemoteOptions } from './remote-client.ts';
import { LAST } from './sorted-keys.ts';

/** What a change leaves at the key, and its commit. */
type Change = [ObjectInfo | null, Commit];

/** The change, if what is there now shows that it took effect. */
type Landed = (now: ObjectInfo | undefined) => Change | undefined;

/** Objects of a bucket of a real S3, below an optional prefix. */
export class RemoteBackend implements Backend {
  readonly #client: RemoteClient;
  readonly #prefix: string;
  readonly #lock = new KeyLock();
  /** What our own changes left: an object's version and null for none. What nobody changed is asked for. */
  readonly #known = new Map<string, ObjectInfo | null>();

  constructor(options: RemoteOptions & { readonly prefix?: string }) {
    this.#client = new RemoteClient(options);
    const prefix = options.prefix?.replace(/^\/+|\/+$/g, '') ?? '';
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
  }

  put(request: PutRequest, onCommit: OnCommit): Promise<Commit> {
    const { key, bytes, headers } = request;
    const landed: Landed = (now) =>
      now?.etag === request.etag ? [now, { key, etag: now.etag, bytes }] : undefined;
    return this.#change(key, onCommit, landed, async (before) => {
      checkPreconditions(request, before ?? undefined);
      const answer = await this.#client.send({
        method: 'PUT',
        key: this.#prefix + key,
        headers,
        body: bytes,
      });
      if (answer.status !== 200) throw noSuchKey(key);
      const info = infoOf(answer.headers, bytes.length, headers);
      return [info, { key, etag: info.etag, bytes }];
    });
  }

  delete(key: string, onCommit: OnCommit): Promise<Commit> {
    const landed: Landed = (now) => (now ? undefined : [null, { key }]);
    return this.#change(key, onCommit, landed, async () => {
      await this.#client.send({ method: 'DELETE', key: this.#prefix + key });
      return [null, { key }];
    });
  }

  async get(key: string, range?: ByteRange): Promise<ObjectRead | undefined> {
    const headers: Record<string, string> = range ? { range: rangeHeader(range) } : {};
    const answer = await this.#client.send({ method: 'GET', key: this.#prefix + key, headers });
    if (answer.status === 404) return undefined;
    const part = /^bytes (\d+)-\d+\/(\d+)$/.exec(String(answer.headers['content-range']));
    const size = part ? Number(part[2]) : answer.body.length;
    const start = part ? Number(part[1]) : 0;
    return { info: infoOf(answer.headers, size), bytes: answer.body, start };
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const answer = await this.#client.send({ method: 'HEAD', key: this.#prefix + key });
    if (answer.status === 404) return undefined;
    return infoOf(answer.headers, Number(answer.headers['content-length'] ?? 0));
  }

  async list(request: ListRequest): Promise<ListPage> {
    const { prefix, delimiter, after, keysMax } = request;
    if (keysMax === 0) return { objects: [], prefixes: [], truncated: false, next: after };
    const query: Record<string, string> = {
      'list-type': '2',
      prefix: this.#prefix + prefix,
      'max-keys': String(keysMax),
      'encoding-type': 'url',
      ...(delimiter === '' ? {} : { delimiter }),
      ...(after === '' ? {} : { 'start-after': this.#prefix + after }),
    };
    const answer = await this.#client.send({ method: 'GET', key: '', query });
    return this.#page(fromXml(answer.body, 'ListBucketResult'), after);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** One change of a key under its lock, with the version that it replaces. */
  #change(
    key: string,
    onCommit: OnCommit,
    landed: Landed,
    run: (before: ObjectInfo | null) => Promise<Change>,
  ): Promise<Commit> {
    return this.#lock.run(key, async () => {
      const known = this.#known.get(key);
      const before = known === undefined ? ((await this.head(key)) ?? null) : known;
      // If the change fails half-way nobody knows what is there now.
      this.#known.delete(key);
      const [after, change] = await run(before).catch((error) =>
        this.#lookAfter(key, error, landed),
      );
      const commit = before ? { ...change, previous: before.etag } : change;
      this.#known.set(key, after);
      onCommit(commit);
      return commit;
    });
  }

  /** A change without an answer may have taken effect: what is there tells. Rejects with `error` if it has not. */
  async #lookAfter(key: string, error: unknown, landed: Landed): Promise<Change> {
    if (!(error instanceof S3Error) || error.status !== 503) throw error;
    const now = await this.head(key).catch(() => {
      throw error;
    });
    const change = landed(now);
    if (!change) throw error;
    return change;
  }

  #page(content: Record<string, unknown>, after: string): ListPage {
    const own = (name: string | undefined): string =>
      decode((name ?? '').replaceAll('+', ' ')).slice(this.#prefix.length);
    const objects = elements(content, 'Contents').map((entry) => ({
      key: own(text(entry, 'Key')),
      info: {
        etag: (text(entry, 'ETag') ?? '').replaceAll('"', ''),
        size: Number(text(entry, 'Size') ?? 0),
        lastModified: new Date(text(entry, 'LastModified') ?? 0),
        headers: {},
      },
    }));
    const prefixes = elements(content, 'CommonPrefixes').map((entry) => own(text(entry, 'Prefix')));
    const lastKey = objects.at(-1)?.key ?? after;
    const lastPrefix = prefixes.at(-1);
    const next = lastPrefix !== undefined && lastPrefix > lastKey ? lastPrefix + LAST : lastKey;
    return { objects, prefixes, truncated: text(content, 'IsTruncated') === 'true', next };
  }
}

const DESCRIBING =
  /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-meta-)/;

function infoOf(
  headers: IncomingHttpHeaders,
  size: number,
  own?: Readonly<Record<string, string>>,
): ObjectInfo {
  const kept = Object.entries(headers).filter(([name]) => DESCRIBING.test(name));
  return {
    etag: String(headers.etag ?? '').replace(/^"|"$/g, ''),
    size,
    lastModified: new Date(headers['last-modified'] ?? Date.now()),
    headers: own ?? (Object.fromEntries(kept) as Record<string, string>),
  };
}
