// Which nodes' store connections the lane is ending: what ends then is not the node's doing (judging section 3).

import type { NodeId } from '../../history/events.ts';

/** A connection that ends shortly after a fault healed was still ended by it. */
const CUT_GRACE_MS = 250;

/** Nodes whose store connections the lane is ending. */
export class CutMemory {
  readonly #untilMs = new Map<NodeId, number>();
  readonly #faults = new Map<NodeId, number>();

  /** Begins or ends the cutting of one fault. */
  set(node: NodeId, on: boolean): void {
    this.#faults.set(node, (this.#faults.get(node) ?? 0) + (on ? 1 : -1));
    this.#untilMs.set(node, performance.now() + CUT_GRACE_MS);
  }

  /** Whether a connection that ends now was ended by the lane. */
  has(node: NodeId): boolean {
    if ((this.#faults.get(node) ?? 0) > 0) return true;
    return performance.now() < (this.#untilMs.get(node) ?? 0);
  }
}
