// Rules: what is done to chosen requests at chosen points. They are the store faults that need a key, a node or
// a count; faults of the whole link belong to Toxiproxy.
import type { NodeId, StoreOp } from '../../history/events.ts';

/**
 * Where a rule acts. `received`: the request is whole, nothing has happened yet. `committed`: it took effect (a read: it
 * was carried out), nothing was answered. `answered`: the answer's status line has gone out, the rest has not.
 */
export type RulePoint = 'received' | 'committed' | 'answered';

/** What a rule does. */
export type RuleAction =
  /** Counts only. */
  | { readonly kind: 'watch' }
  /** Waits until it is released, failed or dropped through the handle. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers an error instead; before the commit it never commits, after it the writer is told a lie. */
  | {
      readonly kind: 'fail';
      readonly status: number;
      readonly code: string;
      /** Seconds. */
      readonly retryAfter?: number;
    }
  /** Resets the connection (RST). At `committed` this is commit-then-reset. */
  | { readonly kind: 'reset' }
  /** No answer ever; the connection stays open until the rule is removed, which resets it. */
  | { readonly kind: 'drop' }
  /** The answer, head and body, is cut after so many bytes and the connection closed. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

/** One rule. Absent selectors choose everything; the suite's own requests are never chosen. */
export interface StoreRule {
  /** Name of the fault; `fault` of the history lines that it moves. */
  readonly id: string;
  readonly node?: NodeId;
  readonly boot?: number;
  readonly tenant?: string;
  /** Pattern or glob of the full key; for a list its prefix; for a delete of many any of its keys. */
  readonly key?: RegExp | string;
  readonly op?: readonly StoreOp[];
  /** So many requests that it would choose pass first. */
  readonly skip?: number;
  /** Strikes at most so often (default: without bound). */
  readonly times?: number;
  readonly point: RulePoint;
  readonly action: RuleAction;
  /** Called when it strikes, before the action begins. */
  readonly onHit?: (hit: RuleHit) => void;
}

/** A rule has struck. */
export interface RuleHit {
  readonly rule: string;
  /** 1 for the first. */
  readonly count: number;
  readonly point: RulePoint;
  readonly req: string;
  readonly node: NodeId;
  readonly boot: number;
  readonly op: StoreOp;
  readonly keys: readonly string[];
  readonly tenant?: string;
}

/** A rule in force. */
export interface RuleHandle {
  readonly id: string;
  readonly hits: number;
  /** Requests that it holds now. */
  readonly held: readonly string[];
  /** Lets one or all held requests go on. */
  release(req?: string): void;
  /** Ends one or all held requests with an error (default 503 SlowDown). */
  fail(req?: string, status?: number, code?: string): void;
  /** Drops one or all held requests and resets their connections. */
  drop(req?: string): void;
  /** Heals: takes the rule out of force, lets what it holds go on and resets what it swallowed. */
  remove(): void;
  /** Resolves when it has struck `n` times; rejects with the signal's reason. */
  waitHit(n: number, signal?: AbortSignal): Promise<void>;
}
