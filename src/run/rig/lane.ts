// What the rig needs of the fault lane: a way for each node to its tap, and an end to the connections of the dead.

import type { HistorySink, NodeId } from '../../history/index.ts';
import type { CutBy } from '../../store/index.ts';

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
  /** A boot is dead: ends every connection that its proxies still have with it. */
  cutNode(node: NodeId, boot: number): Promise<void>;
  /** Tells the tap which connections this lane has ended. */
  readonly cutBy?: CutBy;
}

/** What a lane is opened with. */
export interface LaneHost {
  /** Takes the lane's lines; `t` of an event is its monotonic stamp minus `origin`. */
  readonly sink: HistorySink;
  /** The clock's reading at t = 0, nanoseconds. */
  readonly origin: bigint;
}
