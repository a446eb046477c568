// The store as the rig, the fault layer and the suites see it.
import type { HistorySink, NodeId, StoreOp } from '../history/events.ts';
import type { RuleHandle, StoreRule } from './rule/rule.ts';
import type { ConnectionName, CutBy, EndedBy, OnConnection } from './tap/connection.ts';
import type { StoreEvent } from './witness/recorder.ts';
import type { AccessKey } from './witness/writer.ts';

export type { AccessKey, ConnectionName, CutBy, EndedBy, OnConnection, StoreEvent };

/** Objects of our own: in memory up to `bytesMax` bytes, above that in a temporary folder below `dir`. */
export interface EmbeddedOptions {
  readonly kind: 'embedded';
  /** Default 256 MiB. */
  readonly bytesMax?: number;
  /** Default: the system's temporary folder. */
  readonly dir?: string;
}

/** A real S3 behind the tap. */
export interface S3Options {
  readonly kind: 's3';
  /** `http(s)://host[:port]`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Put in front of every key there; never seen in the history. */
  readonly prefix?: string;
  /** Default true. */
  readonly pathStyle?: boolean;
}

/** What a store is started with. */
export interface StoreOptions {
  /** Gets a line for each stage of each request. */
  readonly sink: HistorySink;
  /** The one bucket that nodes see. */
  readonly bucket: string;
  readonly region: string;
  /** Tenants are told from the key below this prefix. Keys in the history are whole. */
  readonly prefix: string;
  readonly backend?: EmbeddedOptions | S3Options;
  /** Keys and common prefixes of a list page at most; default 1000. */
  readonly pageKeys?: number;
  /** Tells which connections the fault lane has cut; without it, only what the tap itself cut counts as the lane's. */
  readonly cutBy?: CutBy;
  /** Our own faults; default: thrown as an uncaught error. */
  readonly onFault?: (error: unknown) => void;
}

/** A request of a known writer that is not yet at its end. */
export interface PendingRequest {
  readonly req: string;
  readonly node: NodeId;
  readonly boot: number;
  readonly op: StoreOp;
  readonly keys: readonly string[];
  readonly tenant?: string;
  /** `receiving`: the body is not whole yet, so that nothing of it is in the history. */
  readonly stage: 'receiving' | 'received' | 'committed';
  /** Id of the rule that holds or delays it. */
  readonly heldBy?: string;
  /** Milliseconds since its head arrived. */
  readonly ageMs: number;
  /** Whether its connection has ended. */
  readonly gone: boolean;
}

/** Which pending requests are meant; absent members choose all. */
export interface PendingFilter {
  readonly node?: NodeId;
  readonly boot?: number;
  readonly tenant?: string;
}

/** The objects, as the suite itself changes them: recorded as node `suite`, boot 0, untouched by rules. */
export interface StoreObjects {
  /** Resolves with the new version. */
  put(key: string, bytes: Buffer | string): Promise<string>;
  /** Undefined: no such key. */
  get(key: string): Promise<Buffer | undefined>;
  /** Version without reading the bytes; undefined: no such key. Not recorded. */
  version(key: string): Promise<string | undefined>;
  delete(key: string): Promise<void>;
  /** All keys below a prefix, in order. */
  list(prefix: string): Promise<readonly string[]>;
  /** Copies each object below `from` to the same place below `to`; resolves with the new keys. */
  copyAll(from: string, to: string): Promise<readonly string[]>;
}

/** A running store: listeners, objects, rules. Disposal drops what is held, resets connections, removes files. */
export interface Store extends AsyncDisposable {
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly objects: StoreObjects;
  /** That node's own address; the same when asked again. `host` and `port` default to 127.0.0.1 and any. */
  listen(node: NodeId, host?: string, port?: number): Promise<{ host: string; port: number }>;
  /** The access key of one boot; the same when asked again, and known for ever. */
  issueKey(node: NodeId, boot: number): AccessKey;
  addRule(rule: StoreRule): RuleHandle;
  /** Size of list pages from now on, for all or for lists below one tenant. */
  setPageKeys(n: number, tenant?: string): void;
  /**
   * At a death: cuts the boot's connections, drops what is held, waits until each of its requests is committed or
   * dropped (judging section 3). With `keepHeld` held ones stay, to commit after the death on purpose.
   */
  settle(node: NodeId, boot: number, options?: { readonly keepHeld?: boolean }): Promise<void>;
  /** What ends the node's (or one boot's) open connections from now on is the lane's doing. */
  markLaneCut(node: NodeId, boot?: number): Promise<void>;
  /** Connections now open, by their ports. */
  connections(): Promise<readonly ConnectionName[]>;
  pending(filter?: PendingFilter): readonly PendingRequest[];
  /** Each store line as it is recorded; the result stops it. The listener must not throw. */
  onEvent(listener: (event: StoreEvent) => void): () => void;
  /** Each connection of a node that begins or ends; the result stops it. The listener must not throw. */
  onConnection(listener: OnConnection): () => void;
}
