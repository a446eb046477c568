// Lines of the stream `store`: what the tap saw of each request of each writer.

import type { LineBase, NodeId } from './line.ts';

/** Kinds of store request. A multi-delete or a copy is one event for each key, with the same `req`. */
export type StoreOp = 'put' | 'get' | 'head' | 'list' | 'delete' | 'copy' | 'other';

/**
 * One stage of one store request of one writer, as the tap saw it. Mutations take effect at `committed`; their total
 * order is the order of those lines. `dropped`: the request will never commit. Reads have received and answered.
 */
export interface StoreLine extends LineBase {
  readonly stream: 'store';
  readonly type: 'received' | 'committed' | 'answered' | 'dropped';
  readonly req: string;
  readonly op: StoreOp;
  readonly key: string;
  /** Writer. Node `suite` is ourselves: planted or spoiled objects. */
  readonly node: NodeId | 'suite';
  readonly boot: number;
  /** First path segment of the key (below the prefix) that is 32 hex digits. */
  readonly tenant?: string;
  /** Second such segment. */
  readonly timeline?: string;
  /** committed: position in the total order of commits, from 1. */
  readonly order?: number;
  /** committed put: the new version; answered get/head: the version that was answered (absent: no such key). */
  readonly etag?: string;
  /** committed put, delete: the version that was replaced (absent: none). */
  readonly previous?: string;
  /** answered: the HTTP status the writer got; absent when the connection was gone. */
  readonly status?: number;
  /** The stage was moved by a fault of ours (held, delayed, failed). */
  readonly fault?: string;
  /** Set on committed when the request's connection was ended by the fault lane before (judging section 3). */
  readonly cut?: 'lane' | 'node';
  /** Milliseconds the request had been waiting when its connection ended. */
  readonly waited?: number;
  /** committed put of an index: what it says. */
  readonly index?: IndexContent;
  /** answered list: the page's key count. */
  readonly keys?: number;
  /** put: body size in bytes. */
  readonly size?: number;
}

/** What an `index_part.json*` says, recorded with its commit. */
export interface IndexContent {
  /** False when it does not parse or has no known layout. */
  readonly readable: boolean;
  /** Full keys of the objects that it names; empty for a tombstone (`deleted_at`). */
  readonly names: readonly string[];
  readonly tombstone?: boolean;
  readonly generation?: string;
  /** `disk_consistent_lsn` as decimal string, where it is shown. */
  readonly diskConsistentLsn?: string;
}
