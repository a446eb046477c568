// Names of the fault kinds, and what is known of each before it is injected.

import type { FaultParameters, FaultPlace, FaultStream } from '../fault.ts';

/** Faults of a connection or of one exchange, made by the proxy. */
export const PROXY_KINDS = [
  'refuse',
  'flapping',
  'black-hole',
  'partition',
  'latency',
  'jitter',
  'bandwidth',
  'slice',
  'limit-data',
  'slow-close',
  'half-open',
  'timeout-request',
  'timeout-answer',
  'reset-before-request',
  'reset-after-request',
  'reset-mid-answer',
  'caller-gone',
  'cut-request',
  'cut-answer',
  'hold',
  'hold-answer',
  'duplicate',
] as const;

/** Faults of single store requests, made by the tap. */
export const TAP_KINDS = [
  'store-watch',
  'store-500',
  'store-503',
  'store-slow-down',
  'store-fail',
  'store-delay',
  'store-hold',
  'store-slow',
  'store-truncate',
  'store-reset',
  'store-commit-then-reset',
  'store-drop',
] as const;

/** A fault that the proxy makes. */
export type ProxyKind = (typeof PROXY_KINDS)[number];

/** A fault that the store's tap makes. */
export type TapKind = (typeof TAP_KINDS)[number];

/** Any fault. */
export type FaultKind = ProxyKind | TapKind;

/** What a lane needs for a kind: names of `FaultLane.capabilities`. */
export type LaneCapability = 'proxy' | 'proxy-hold' | 'proxy-trigger' | 'proxy-events' | 'tap';

/** What is known of a kind. */
export interface FaultKindInfo {
  readonly kind: FaultKind;
  /** The links that it can strike. */
  readonly where: readonly FaultPlace[];
  /** Capabilities without which it is unsupported. */
  readonly needs: readonly LaneCapability[];
  /** Links on which nothing but the proxy's events tells that it struck: there it needs `proxy-events` too. */
  readonly silentOn?: readonly FaultPlace[];
  /** What becomes of the request while the fault is in force: `late` = delivered after release or heal. */
  readonly request: 'whole' | 'late' | 'part' | 'never' | 'unknown';
  /** What the caller can still get: `late` = after a while or at heal; `part` = not a whole answer. */
  readonly answer: 'whole' | 'late' | 'part' | 'never';
  /** Direction if `Fault.stream` names none; absent: both, or none that could be chosen. */
  readonly stream?: FaultStream;
  /** Whether something is kept back that heals by itself after `maxHoldMs`. */
  readonly holds: boolean;
  /** Values worth trying, so that suites can go through every one. At least one; `{}` is the default. */
  readonly values: readonly FaultParameters[];
  /** What it does, in a sentence for reports. */
  readonly sentence: string;
}
