// The face of the fault layer: links through Toxiproxy, faults as values, and what the proxies saw.

import type { Clock } from '../../core/clock.ts';
import type { HistorySink, NodeId } from '../../history/events.ts';
import type { ConnectionName, EndedBy } from '../../store/index.ts';
import type { RunningToxiproxy } from '../../toxiproxy/index.ts';
import type { Fault, FaultHandle } from '../fault.ts';
import type { LaneCapability } from '../kinds/kind.ts';
import type { Address } from '../proxy/port.ts';
import type { StorePort } from '../store/tap-effect.ts';
import type { ProxyEvent } from './ledger.ts';
import type { ClientLink, StoreLink } from './link.ts';

/** What the lane needs to know of a running Toxiproxy. */
export type ToxiproxyPeer = Pick<RunningToxiproxy, 'apiUrl' | 'capabilities' | 'listenHost'>;

/** What a lane is opened with. */
export interface LaneOptions {
  /** Undefined: links lead straight to their upstreams, and no proxy fault is supported. */
  readonly toxiproxy: ToxiproxyPeer | undefined;
  /** Undefined: no tap faults. */
  readonly store: StorePort | undefined;
  readonly sink: HistorySink;
  readonly clock: Clock;
  /** Reading of `clock` at the history's header, ns (`HistoryWriter.origin`). */
  readonly headerStart: bigint;
  /** Longest time that anything is held where a fault does not say it, ms; default 4000 (judging section 3). */
  readonly holdMsMax?: number;
}

/** All links and faults of one rig. Disposal heals every fault and removes every proxy. */
export interface FaultLane extends AsyncDisposable {
  readonly capabilities: ReadonlySet<LaneCapability>;
  /** A proxy of its own for one logical client to one node (judging section 10). Its lines carry `scenario`. */
  clientLink(node: NodeId, upstream: Address, scenario?: string): Promise<ClientLink>;
  /** The proxy between one node and its tap address. */
  storeLink(node: NodeId, upstream: Address): Promise<StoreLink>;
  /** The node's process from now on, and where it listens: every client link of the node leads there. */
  nodeStarted(node: NodeId, boot: number, upstream?: Address): Promise<void>;
  /**
   * Puts a fault in force. Throws UnsupportedError when a capability is missing; a link, node or kind that does not fit
   * is a mistake of the caller (assertion).
   */
  inject(fault: Fault): Promise<FaultHandle>;
  /** Faults now in force. */
  readonly active: readonly FaultHandle[];
  healAll(): Promise<void>;
  /** Everything that the proxies saw so far is in the history. */
  drain(): Promise<void>;
  /** Each proxy line as it is recorded: evidence for the driver. The listener must not throw. */
  onProxyLine(listener: (line: ProxyEvent) => void): () => void;
  /**
   * At a kill (judging section 3): ends every connection of the node, to its clients and to the store. Requests held
   * for it are dropped unless `keepHeld`.
   */
  cutNode(
    node: NodeId,
    mode?: 'fin' | 'rst',
    options?: { readonly keepHeld?: boolean },
  ): Promise<void>;
  /** For the store's option of that name: whether a connection of a store link was ended by this lane. */
  cutBy(connection: ConnectionName): EndedBy | undefined;
}
