// The lines of a history: append-only NDJSON of everything that happened in one rig, on one clock (design section 5).
//
// Terms. A *call* is one HTTP exchange of a client; its id travels in the request header `x-request-id`, which
// is how the proxy knows which call it holds. A *copy* is one delivery of a call's bytes. A *writer* is
// (node, boot): boot counts from 1 for each node. `store` request ids (`req`) are unique within the history.
// Checkers order lines by (t, i). Fields that do not apply are absent, never null (except where null is a value).

import type { LineBase, NodeId } from './line.ts';
import type { StoreLine } from './store-line.ts';

export type { LineBase, NodeId } from './line.ts';
export type { IndexContent, StoreLine, StoreOp } from './store-line.ts';

// --- run: the frame ------------------------------------------------------------------------------------

/** First line. `wall` is the wall time of t = 0. */
export interface HeaderLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'header';
  readonly version: 1;
  readonly wall: string;
  readonly seed: string;
  readonly profile: 'documented' | 'hardened';
  readonly nodes: readonly NodeId[];
  /** Name of the target and its limits in milliseconds. */
  readonly target: string;
  readonly limits: HistoryLimits;
  /** Whether every write of every node is seen: false makes P2–P6 unsupported. */
  readonly tap: boolean;
  /** Versions of this package, Node, the Toxiproxy provider. */
  readonly versions: Readonly<Record<string, string>>;
  /** The Toxiproxy of the fault lane; absent where the rig has none. */
  readonly toxiproxy?: ToxiproxyFacts;
}

/** Which Toxiproxy made the faults, and which of the lane's capabilities it lacks. */
export interface ToxiproxyFacts {
  readonly provider: string;
  /** As its `GET /version` tells it. */
  readonly version: string;
  readonly missing: readonly string[];
}

/** Limits of the target file, milliseconds. */
export interface HistoryLimits {
  readonly attach: number;
  readonly detach: number;
  readonly quiet: number;
  readonly api: number;
  readonly store: number;
  readonly stop: number;
}

/** Last line; its absence means that the run was cut. `lines` counts the lines before it, by stream. */
export interface FooterLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'footer';
  readonly lines: Readonly<Record<string, number>>;
}

/** A scenario begins or ends. */
export interface ScenarioLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'scenario';
  readonly phase: 'start' | 'end';
  /** start: ids of what the scenario is to decide, so that `check` asks for no more than the run did. */
  readonly decides?: readonly string[];
  /** start: it is a negative control. */
  readonly control?: boolean;
  /** Capabilities for whose lack it was not run (start, without an end) or not run to its end (end). */
  readonly lacks?: readonly string[];
}

/** A tenant is a negative control's: left out of P2–P8. Written before the tenant's first call. */
export interface ControlLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'control';
  readonly tenant: string;
}

/** What the scenario asks for in the end (P7): the tenant attached on `node`, or nowhere (null). */
export interface PlaceLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'place';
  readonly tenant: string;
  readonly node: NodeId | null;
}

/** Why the next call is allowed to end as it does: bad data, or a store fault for this tenant (judging section 4). */
export interface SpoilLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'spoil';
  readonly tenant: string;
  readonly what: string;
}

/** The rig watched the silence of all tenants: from `since` (t) until this line nothing was asked of the nodes. */
export interface QuietLine extends LineBase {
  readonly stream: 'run';
  readonly type: 'quiet';
  readonly since: number;
}

// --- client --------------------------------------------------------------------------------------------

/** Operations as the driver names them; every other operation of the document is `other`. */
export type Operation =
  | 'attach'
  | 'detach'
  | 'ignore'
  | 'load'
  | 'tenant_create'
  | 'tenant_config'
  | 'tenant_status'
  | 'tenant_list'
  | 'tenant_get_config'
  | 'timeline_create'
  | 'timeline_delete'
  | 'timeline_detail'
  | 'timeline_list'
  | 'status'
  | 'other';

/** A call is about to be sent; written before its first byte leaves. */
export interface InvokeLine extends LineBase {
  readonly stream: 'client';
  readonly type: 'invoke';
  readonly op: Operation;
  readonly node: NodeId;
  readonly boot: number;
  /** Logical client: one connection, at most one call open. */
  readonly proc: number;
  readonly call: string;
  readonly tenant?: string;
  readonly timeline?: string;
  /** Operation id of the document (`tenant_size`, …) where op is `other`. */
  readonly operation?: string;
  /** What distinguishes calls of one kind: a hash of token, path and body. */
  readonly variant?: string;
  /** Detach only: `detach_ignored=true` was sent. */
  readonly ignored?: boolean;
  /** tenant_config, tenant_create: the overrides that the body sets, where it is a JSON object. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** The outcome of a call (judging section 1). */
export interface CompletionLine extends LineBase {
  readonly stream: 'client';
  readonly type: 'ok' | 'fail' | 'info';
  readonly call: string;
  /** HTTP status, when a status line arrived. */
  readonly status?: number;
  /** True when status and body are those of a distinguished error of the document (judging section 1). */
  readonly distinguished?: boolean;
  /** How it broke: `ECONNRESET`, `timeout`, … */
  readonly error?: string;
  /** How far the call had come. `connect` = no byte left us. */
  readonly phase?: 'connect' | 'send' | 'wait' | 'headers' | 'body';
  /** What a successful read or create showed. */
  readonly seen?: Seen;
}

/** What an answer showed of the server's state; only members that the answer carried. */
export interface Seen {
  /** tenant_status: the tenant's state in the target's dialect, normalised; `Unknown` if not recognisable. */
  readonly state?: TenantState;
  /** tenant_list: the ids. */
  readonly tenants?: readonly string[];
  /** tenant_list: states where the dialect tells them. */
  readonly states?: Readonly<Record<string, TenantState>>;
  /** timeline_list, timeline_detail, timeline_create. */
  readonly timelines?: readonly SeenTimeline[];
  /** tenant_get_config: `tenant_specific_overrides`. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** Tenant states as the best-known server names them; dialects are mapped onto these. */
export type TenantState =
  | 'Loading'
  | 'Attaching'
  | 'Activating'
  | 'Active'
  | 'Stopping'
  | 'Broken'
  | 'Unknown';

/** A timeline as shown; LSNs as the decimal string of their 64-bit value. */
export interface SeenTimeline {
  readonly id: string;
  readonly ancestor?: string;
  readonly lastRecordLsn?: string;
  readonly diskConsistentLsn?: string;
  readonly remoteConsistentLsn?: string;
}

// --- fault ---------------------------------------------------------------------------------------------

/** A fault is injected, healed, or really hit something. A fault without a `hit` proves nothing. */
export interface FaultLine extends LineBase {
  readonly stream: 'fault';
  readonly type: 'inject' | 'hit' | 'heal';
  readonly fault: string;
  readonly kind: string;
  readonly where: 'client-node' | 'node-store' | 'process';
  readonly node?: NodeId;
  readonly tenant?: string;
  readonly call?: string;
  /** Store request that was hit. */
  readonly req?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

// --- process -------------------------------------------------------------------------------------------

/** Life of a node's process. `exit` is written when it was reaped *and* its store requests are settled. */
export interface ProcessLine extends LineBase {
  readonly stream: 'process';
  readonly type: 'spawn' | 'ready' | 'pause' | 'resume' | 'terminate' | 'kill' | 'exit' | 'emptied';
  readonly node: NodeId;
  readonly boot: number;
  readonly pid?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
  /** exit: true when we asked for it (terminate or kill). */
  readonly asked?: boolean;
}

// --- proxy ---------------------------------------------------------------------------------------------

/** What the fault lane saw or did on one connection of a client to a node. */
export interface ProxyLine extends LineBase {
  readonly stream: 'proxy';
  /**
   * `open`, `close` a connection · `request` one copy of a call was delivered whole to the node ·
   * `partial` only part of it was · `answer` the first byte of the node's answer was seen · `held`, `released`,
   * `dropped` (proved never delivered), `swallowed` (an answer or bytes thrown away), `bytes` totals at close.
   */
  readonly type:
    | 'open'
    | 'close'
    | 'request'
    | 'partial'
    | 'answer'
    | 'held'
    | 'released'
    | 'dropped'
    | 'swallowed'
    | 'bytes';
  readonly link: 'client-node' | 'node-store';
  readonly node: NodeId;
  readonly boot?: number;
  readonly conn: string;
  readonly call?: string;
  /** request: 1 for the first delivery of this call, 2 for a duplicate, … */
  readonly copy?: number;
  /** answer: the status. */
  readonly status?: number;
  readonly up?: number;
  readonly down?: number;
}

/** Any line of a history. */
export type HistoryLine =
  | HeaderLine
  | FooterLine
  | ScenarioLine
  | ControlLine
  | PlaceLine
  | SpoilLine
  | QuietLine
  | InvokeLine
  | CompletionLine
  | FaultLine
  | ProcessLine
  | ProxyLine
  | StoreLine;

/** A line before the writer gives it its number; `t` only where the event was stamped elsewhere. */
export type HistoryEvent = DistributiveOmit<HistoryLine, 'i' | 't'> & { readonly t?: number };

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Takes events as they happen. The worker's writer is the only implementation that writes a file. */
export interface HistorySink {
  /** Records one event; returns its line's `t` (ns since the header). Never throws for a full disk: the run ends with exit 4. */
  record(event: HistoryEvent): number;
}
