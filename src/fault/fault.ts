// Faults as values: what is done, where, to which requests, and until when (design section 2, judging section 3).

import type { NodeId, StoreOp } from '../history/events.ts';
import type { FaultKind } from './kinds/kind.ts';
import type { ClientLink } from './lane/link.ts';

/** The two links of a rig that faults act on. */
export type FaultPlace = 'client-node' | 'node-store';

/** One way of a link, named by what flows there. */
export type FaultStream = 'request' | 'answer';

/** Point of a store request's life at which a tap fault acts; see `RulePoint` of the store. */
export type TapPoint = 'received' | 'committed' | 'answered';

/** Which requests a fault strikes; absent members choose all. */
export interface FaultWhen {
  /** HTTP method and path (with query) of the request; a string is the exact path without its query. */
  readonly operation?: { readonly method?: string; readonly path?: RegExp | string };
  /** Only this call (`x-request-id`). */
  readonly call?: string;
  /** The n-th request that it would choose, from 1; those before pass. Default 1. */
  readonly nth?: number;
  /** So often at most. Default: 1 for faults of one exchange, without bound for the others. */
  readonly times?: number;
  /** Tap faults: pattern or glob of the full key. */
  readonly key?: RegExp | string;
  /** Tap faults: kinds of store request. */
  readonly op?: readonly StoreOp[];
  /** Tap faults: requests of this boot only. */
  readonly boot?: number;
}

/** How long a fault lasts. Without it, until `heal`; what holds or swallows ends after `maxHoldMs` in any case. */
export interface FaultUntil {
  readonly afterMs?: number;
}

/** Knobs of the kinds; a kind ignores those that are not its own. */
export interface FaultParameters {
  /** latency, jitter, store-delay: milliseconds. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  /** bandwidth, store-slow: bytes a second (a proxy's step is 1000). */
  readonly bytesPerSecond?: number;
  /** slice: average size of a piece, and the pause after each. */
  readonly sliceBytes?: number;
  readonly slicePauseUs?: number;
  /** cut-answer, cut-request, reset-mid-answer, limit-data, store-truncate: bytes that pass. */
  readonly bytes?: number;
  /** slow-close, half-open: how late the end is told. `stream`: `request` the caller's end, `answer` the node's. */
  readonly delayMs?: number;
  /** caller-gone: how the node sees it go. */
  readonly end?: 'fin' | 'rst';
  /** flapping: length of one open or closed phase. */
  readonly periodMs?: number;
  /** store-*: where it acts. */
  readonly point?: TapPoint;
  /** store-fail: the answer. */
  readonly status?: number;
  readonly code?: string;
  readonly retryAfterS?: number;
  /**
   * Longest time that anything is held or swallowed, from the first hit where hits are told: default the lane's and never above
   * 14,000 (judging section 3).
   */
  readonly maxHoldMs?: number;
}

/** One fault. */
export interface Fault {
  readonly kind: FaultKind;
  readonly where: FaultPlace;
  /** client-node: this client's link only; without it every link to `node`. */
  readonly link?: ClientLink;
  /** The node at the link's end (client-node) or start (node-store). */
  readonly node?: NodeId;
  /** Tap faults: requests of this tenant only. Elsewhere a label of the history lines. */
  readonly tenant?: string;
  /** Scenario of the history lines; default the link's. */
  readonly scenario?: string;
  /** Kinds with a direction: which one; the default is the kind's own. */
  readonly stream?: FaultStream;
  readonly when?: FaultWhen;
  readonly until?: FaultUntil;
  readonly parameters?: FaultParameters;
}

/** What a fault struck. */
export interface FaultHit {
  /** Reading of the history's clock, ns since the header. */
  readonly t: number;
  readonly node?: NodeId;
  readonly tenant?: string;
  /** Call that was hit, where it is known. */
  readonly call?: string;
  /** Store request that was hit. */
  readonly req?: string;
  /** Connection that was hit. */
  readonly conn?: string;
}

/** A fault in force. All methods may be called after it healed; they then do nothing. */
export interface FaultHandle {
  /** Id of the fault in the history. */
  readonly id: string;
  readonly kind: FaultKind;
  /** How often it really struck, as far as reported; see `FaultLane.drain`. 0 proves nothing and makes a scenario undecided. */
  readonly hits: number;
  readonly struck: readonly FaultHit[];
  readonly healed: boolean;
  /** Resolves with the `n`-th hit (default the first). Rejects with the signal's reason, or a HarnessError once it can't come. */
  hit(signal?: AbortSignal, n?: number): Promise<FaultHit>;
  /** What it holds now: call ids where known, otherwise ids of connections or store requests. */
  readonly held: readonly string[];
  /** Delivers what is held, and goes on holding what comes next. */
  release(id?: string): Promise<void>;
  /** Throws away what is held: proved never delivered. Its connections are reset. */
  drop(id?: string): Promise<void>;
  /** Delivers a held request once more than it was sent: a copy now, the original stays held. */
  duplicate(id?: string): Promise<void>;
  /**
   * Evidence from the caller's end: a call on this link ended so. Counts as a hit where the kind explains it and the
   * lane itself can't see it (a refused connection reaches nobody; a Toxiproxy without events tells nothing).
   */
  observed(outcome: ObservedOutcome): void;
  /** Ends the fault; what it holds is delivered, what it swallowed from is reset. Idempotent. */
  heal(): Promise<void>;
}

/** A request that its client is about to send. */
export interface AnnouncedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** How a call ended, as its client saw it. */
export interface ObservedOutcome {
  readonly call: string;
  readonly error?: string;
  readonly phase?: 'connect' | 'send' | 'wait' | 'headers' | 'body';
  readonly status?: number;
  readonly elapsedMs: number;
}
