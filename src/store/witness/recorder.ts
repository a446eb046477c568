// Writes the store's lines and tells listeners. The total order of commits is the order of the calls here.
import type { HistoryEvent, HistorySink, StoreLine } from '../../history/events.ts';
import type { Action } from '../action/action.ts';
import type { Commit } from '../backend/backend.ts';
import type { Exchange } from '../tap/exchange.ts';
import { readIndex } from './index-content.ts';
import { isIndexKey, type Owners, ownersOf, tenantFolder } from './names.ts';
import type { Writer } from './writer.ts';

/** A store line as listeners get it: with its time, without its number. */
export type StoreEvent = Omit<StoreLine, 'i'>;

/** Who asked what: the part of a request that every line repeats. */
export type Subject = {
  readonly req: string;
  readonly writer: Writer;
  readonly action: Pick<Action, 'op' | 'keys' | 'size'>;
};

type Extra = Partial<Omit<StoreEvent, 'stream' | 'type' | 'req' | 'op' | 'key' | 'node' | 'boot'>>;

/** Records stages of requests. */
export class Recorder {
  readonly #sink: HistorySink;
  readonly #prefix: string;
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #folders = new Map<string, Set<string>>();
  #last: { key: string; owners: Owners } = { key: '', owners: {} };
  #order = 0;
  #requests = 0;

  constructor(sink: HistorySink, prefix: string) {
    this.#sink = sink;
    this.#prefix = prefix;
  }

  /** A request id, unique within the history. */
  nextRequest(): string {
    this.#requests += 1;
    return `s${this.#requests}`;
  }

  /** Tenants of the keys, each once. */
  tenantsOf(keys: readonly string[]): readonly string[] {
    const tenants = keys.flatMap((key) => this.#owners(key).tenant ?? []);
    return keys.length === 1 ? tenants : [...new Set(tenants)];
  }

  /** Where objects of the tenant have been written: each implementation has a layout of its own. */
  foldersOf(tenant: string): readonly string[] {
    return [...(this.#folders.get(tenant) ?? [])];
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  received(subject: Subject): void {
    const { size } = subject.action;
    this.#each(subject, 'received', size === undefined ? {} : { size });
  }

  /** One key has changed. */
  committed(subject: Subject, commit: Commit, exchange?: Exchange): void {
    this.#order += 1;
    const { key, etag, previous, bytes } = commit;
    if (bytes !== undefined) this.#noteFolder(key);
    this.#record(subject, 'committed', key, {
      order: this.#order,
      ...(etag === undefined ? {} : { etag }),
      ...(previous === undefined ? {} : { previous }),
      ...(bytes === undefined ? {} : { size: bytes.length }),
      ...(bytes !== undefined && isIndexKey(key) ? { index: readIndex(key, bytes) } : {}),
      ...moved(exchange),
      ...exchange?.ending,
    });
  }

  /** The request will never commit. `keys`: those of it that have not. */
  dropped(subject: Subject, exchange?: Exchange, keys?: readonly string[]): void {
    this.#each(subject, 'dropped', { ...moved(exchange), ...exchange?.ending }, keys);
  }

  /** The answer has gone out, or the writer is gone (`status` absent). */
  answered(subject: Subject, extra: Extra, exchange?: Exchange): void {
    this.#each(subject, 'answered', { ...extra, ...moved(exchange) });
  }

  /** The lines of one request come close together and name the same key. */
  #owners(key: string): Owners {
    if (key !== this.#last.key) this.#last = { key, owners: ownersOf(key, this.#prefix) };
    return this.#last.owners;
  }

  #noteFolder(key: string): void {
    const { tenant } = this.#owners(key);
    const folder = tenantFolder(key, this.#prefix);
    if (tenant === undefined || folder === undefined) return;
    const folders = this.#folders.get(tenant);
    if (folders) folders.add(folder);
    else this.#folders.set(tenant, new Set([folder]));
  }

  #each(subject: Subject, type: StoreLine['type'], extra: Extra, keys?: readonly string[]): void {
    for (const key of keys ?? subject.action.keys) this.#record(subject, type, key, extra);
  }

  #record(subject: Subject, type: StoreLine['type'], key: string, extra: Extra): void {
    const { req, writer, action } = subject;
    const event = {
      stream: 'store',
      type,
      req,
      op: action.op,
      key,
      node: writer.node,
      boot: writer.boot,
      ...this.#owners(key),
      ...extra,
    } satisfies HistoryEvent;
    const t = this.#sink.record(event);
    for (const listener of this.#listeners) listener({ ...event, t });
  }
}

function moved(exchange: Exchange | undefined): { fault?: string } {
  return exchange?.fault === undefined ? {} : { fault: exchange.fault };
}
