// What the rig needs of the fault lane: a way for each node to its tap, and an end to the connections of the dead.

import type { Clock } from '../../core/clock.ts';
import type { FaultLane, StoreLink } from '../../fault/index.ts';
import type { HistorySink, NodeId } from '../../history/index.ts';
import type { CutBy, Store } from '../../store/index.ts';

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The fault lane of one rig: Toxiproxy in front of every node and of the store. */
export interface RigLane extends AsyncDisposable {
  /** The address that a node is given as `{store.endpoint}`, in front of its tap. */
  storeAddress(node: NodeId, tap: Address): Promise<Address>;
  /** A boot of a node is about to start and will listen at `address`; its proxies must lead there. */
  nodeAt(node: NodeId, boot: number, address: Address): Promise<void>;
  /**
   * A boot is dead: ends every connection that its proxies still have with it. Requests held for it are dropped unless
   * `keepHeld`.
   */
  cutNode(node: NodeId, boot: number, options: { readonly keepHeld: boolean }): Promise<void>;
  /** Tells the tap which connections this lane has ended. */
  readonly cutBy?: CutBy;
}

/** What a lane is opened with. */
export interface LaneHost {
  /** Takes the lane's lines; `t` of an event is its monotonic stamp minus `origin`. */
  readonly sink: HistorySink;
  readonly clock: Clock;
  /** The clock's reading at t = 0, nanoseconds. */
  readonly origin: bigint;
  /** The store behind the tap, for faults by key; undefined where it is not ours. */
  readonly store: Store | undefined;
}

/** A fault lane as the rig uses it: one link to the store for each node, which stays through all its boots. */
export function rigLaneOf(lane: FaultLane): RigLane {
  const links = new Map<NodeId, Promise<StoreLink>>();
  return {
    async storeAddress(node, tap) {
      const link = links.get(node) ?? lane.storeLink(node, tap);
      links.set(node, link);
      const { host, port } = await link;
      return { host, port };
    },
    nodeAt: (node, boot, address) => lane.nodeStarted(node, boot, address),
    cutNode: (node, _boot, options) => lane.cutNode(node, 'rst', options),
    cutBy: (connection) => lane.cutBy(connection),
    [Symbol.asyncDispose]: () => lane[Symbol.asyncDispose](),
  };
}
