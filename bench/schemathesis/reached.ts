// What one tool comes to.

/** What one tool came to. */
export interface Reached {
  /** Documented cells, operation × status, of which an answer was seen. */
  readonly cells: number;
  readonly wallS: number;
  readonly exchanges: number;
  /** Distinct complaints about the right reference. */
  readonly falseAlarms: number;
}
