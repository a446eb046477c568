// What defines a type of toxic. Semantics of each are measured on Toxiproxy 2.12 (docs/toxiproxy.md).

import type { Behaviour } from '../chain/stage.ts';
import type { GoStruct } from '../golang/json-decode.ts';

/** Attributes of a toxic: 64-bit integers, by their name on the wire. Behaviours read them live. */
export type Attributes = Record<string, bigint>;

/** What a behaviour may use of its surroundings. */
export interface ToxicContext {
  /** Uniform in [0, 1): jitter, slices. */
  random(): number;
  /** Act as the original does even where that hurts its users. */
  readonly strict: boolean;
  /** The toxic acts on this connection; tells the observer, if there is one. */
  hit(): void;
}

/** A type of toxic. */
export interface ToxicType {
  /** Name on the wire, case-sensitive. */
  readonly type: string;
  /** Attributes in the order in which they are shown, with Go's type names for error texts. */
  readonly struct: GoStruct;
  /** Chunks that its input may hold; 0 unless it keeps many. */
  readonly bufferMax?: number;
  /** Removing it ends every live connection. */
  readonly closesOnRemoval?: boolean;
  /** State of one connection that outlives updates. */
  newState?(): unknown;
  /** Why these attributes would wedge or crash the original; checked unless strict. */
  refuse?(attributes: Attributes): string | undefined;
  /** A run on one connection. */
  start(attributes: Attributes, context: ToxicContext, state: unknown): Behaviour;
}

/** A duration attribute in milliseconds as Go computes it: nanoseconds that wrap at 64 bits. */
export function durationMs(value: bigint, nanosecondsEach = 1_000_000n): number {
  return Number(BigInt.asIntN(64, value * nanosecondsEach)) / 1e6;
}
