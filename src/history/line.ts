// What all lines of a history have in common.

/** Fields of every line. */
export interface LineBase {
  /** Sequence number within the history, from 0, without gaps. */
  readonly i: number;
  /** Nanoseconds of the monotonic clock since the header. Proxy lines carry the engine's own reading. */
  readonly t: number;
  /** The scenario on whose behalf it happened; absent for what belongs to the rig as a whole. */
  readonly scenario?: string;
}

/** A node of the rig: `a`, `b`. */
export type NodeId = string;
