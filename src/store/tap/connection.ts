// One connection of a node to its tap address, and who ended it.
import type { Socket } from 'node:net';
import { resetSocket } from '../../core/reset-socket.ts';
import type { NodeId } from '../../history/events.ts';
import type { Writer } from '../witness/writer.ts';

/** Who ended a connection: the fault lane (proxy, tap, rig) or the node by itself. */
export type EndedBy = 'lane' | 'node';

/** What the rig may know of a connection that the tap only sees ending. */
export interface ConnectionName {
  readonly node: NodeId;
  /** Port of the tap's side and of the peer's (the proxy's upstream connection). */
  readonly localPort: number;
  readonly remotePort: number;
}

/** Told when a connection of the node begins or ends. */
export type OnConnection = (type: 'open' | 'close', connection: ConnectionName) => void;

/** Asked when a connection has ended or a request of it commits: `lane` when the fault lane cut it, else undefined. */
export type CutBy = (connection: ConnectionName) => EndedBy | undefined;

/** A connection, from its start to its end. */
export class Connection {
  readonly socket: Socket;
  readonly name: ConnectionName;
  /** The writer of its last request; undefined before the first. */
  writer: Writer | undefined;
  /** Monotonic ms when it ended; undefined while it is open. */
  endedMs: number | undefined;
  readonly #cutBy: CutBy;
  #byLane = false;

  constructor(socket: Socket, node: NodeId, cutBy: CutBy) {
    this.socket = socket;
    this.#cutBy = cutBy;
    this.name = { node, localPort: socket.localPort ?? 0, remotePort: socket.remotePort ?? 0 };
    socket.once('close', () => {
      this.endedMs ??= performance.now();
    });
  }

  /** Who ended it; undefined while it is open as far as anybody knows. */
  get endedBy(): EndedBy | undefined {
    const told = this.#cutBy(this.name);
    if (told !== undefined) return told;
    if (this.endedMs === undefined) return undefined;
    return this.#byLane ? 'lane' : 'node';
  }

  /** Resets it (RST) on the lane's behalf. */
  reset(): void {
    if (this.endedMs !== undefined) return;
    this.#byLane = true;
    this.endedMs = performance.now();
    resetSocket(this.socket);
  }

  /** What ends it from now on is the lane's doing. */
  markLane(): void {
    if (this.endedMs === undefined) this.#byLane = true;
  }
}
