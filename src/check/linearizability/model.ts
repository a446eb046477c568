// What the generic search has to know of an object: its sequential behaviour.

/**
 * A sequential specification. `State` is immutable. Two states are the same when `equal` says so (with `hash` agreeing);
 * without them when they are the same value. `step` gives the state after the operation with the answer it got, or
 * undefined where that answer does not fit.
 */
export interface Model<State, Operation> {
  init(): State;
  step(state: State, operation: Operation): State | undefined;
  /** True for an operation that changes no state whatsoever: it is placed as soon as it fits. Default: none. */
  isRead?(operation: Operation): boolean;
  /** 32-bit hash of a state; equal states have equal hashes. */
  hash?(state: State): number;
  equal?(left: State, right: State): boolean;
  /** Splits a history into parts that do not influence each other. */
  partition?(history: readonly Timed<Operation>[]): readonly (readonly Timed<Operation>[])[];
}

/** An operation with its interval. Times are any numbers in order; on equal times a start is before an end. */
export interface Timed<Operation> {
  readonly operation: Operation;
  readonly start: number;
  /** Infinity: it never ended, and may never have taken place. */
  readonly end: number;
}
