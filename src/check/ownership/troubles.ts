// What disturbed whom, and when that ended: faults of the lane, held or failed store requests, spoiled data, a node
// that was paused, dying or booting. Liveness is measured from the end of it (judging section 5), and a server is
// excused only for what really touched it (section 4).

import type { FaultLine, HistoryLine, StoreLine } from '../../history/events.ts';
import { memberOf } from '../member.ts';
import type { Call } from './calls.ts';

/** Troubles of the history so far. Times are ns since the header; -1 = never. */
export interface Troubles {
  see(line: HistoryLine, call: Call | undefined): void;
  /** When something that can change an answer or an end last touched this tenant on this node; now if it still does. */
  lastTouch(tenant: string, node: string): number;
  /** When something that can delay this tenant on this node last ended; now if it still holds. */
  lastHold(tenant: string, node: string): number;
  /** True while a fault of a whole link, or of the node's process, is on. */
  isNodeTroubled(node: string): boolean;
  /** When the whole node was last in trouble. */
  lastNodeTrouble(node: string): number;
  /** Faults that are on now. */
  active(): readonly FaultLine[];
}

interface NodeTrouble {
  last: number;
  /** Paused, terminating, dead or booting. */
  down: boolean;
  readonly tenants: Map<string, number>;
}

/** Creates the record. */
export function createTroubles(calls: { get(id: string): Call | undefined }): Troubles {
  const nodes = new Map<string, NodeTrouble>();
  const everywhere = new Map<string, number>();
  const active = new Map<string, FaultLine>();
  const heldRequests = new Map<string, { readonly tenant: string; readonly node: string }>();
  let now = 0;

  function nodeOf(id: string): NodeTrouble {
    const node = memberOf(nodes, id, () => ({ last: -1, down: false, tenants: new Map() }));
    return node;
  }
  function touch(tenant: string | undefined, node: string | undefined): void {
    if (tenant !== undefined && node !== undefined) nodeOf(node).tenants.set(tenant, now);
    else if (tenant !== undefined) everywhere.set(tenant, now);
    else if (node !== undefined) nodeOf(node).last = now;
    else for (const known of nodes.values()) known.last = now;
  }
  function fault(line: FaultLine): void {
    if (line.type === 'inject') active.set(line.fault, line);
    if (line.type === 'heal') active.delete(line.fault);
    const call = line.call === undefined ? undefined : calls.get(line.call);
    touch(line.tenant ?? call?.tenant, line.node ?? call?.node);
  }
  function store(line: StoreLine): void {
    if (line.tenant === undefined || line.node === 'suite') return;
    if (line.fault !== undefined) {
      touch(line.tenant, line.node);
      if (line.type === 'received')
        heldRequests.set(line.req, line as { tenant: string; node: string });
    }
    if (line.type === 'received' || heldRequests.size === 0) return;
    if (heldRequests.delete(line.req)) touch(line.tenant, line.node);
  }
  function covers(line: FaultLine, tenant: string, node: string): boolean {
    if (line.node !== undefined && line.node !== node) return false;
    const owner = line.tenant ?? (line.call ? calls.get(line.call)?.tenant : undefined);
    return owner === undefined || owner === tenant;
  }
  function isHeldNow(tenant: string, node: string): boolean {
    for (const line of active.values()) if (covers(line, tenant, node)) return true;
    for (const held of heldRequests.values()) {
      if (held.tenant === tenant && held.node === node) return true;
    }
    return nodes.get(node)?.down ?? false;
  }
  function lastHold(tenant: string, node: string): number {
    if (isHeldNow(tenant, node)) return now;
    const known = nodes.get(node);
    return Math.max(
      known?.last ?? -1,
      known?.tenants.get(tenant) ?? -1,
      everywhere.get(tenant) ?? -1,
    );
  }
  return {
    lastTouch: lastHold,
    lastHold,
    active: () => [...active.values()],
    lastNodeTrouble: (node) => nodes.get(node)?.last ?? -1,
    isNodeTroubled(node) {
      for (const line of active.values()) {
        if ((line.node ?? node) === node && !line.tenant && !line.call) return true;
      }
      return nodes.get(node)?.down ?? false;
    },
    see(line, call) {
      now = line.t;
      if (line.stream === 'fault') fault(line);
      else if (line.stream === 'store') store(line);
      else if (line.stream === 'process') {
        const node = nodeOf(line.node);
        node.last = now;
        node.down = line.type !== 'ready' && line.type !== 'resume';
      } else if (line.stream === 'proxy' && call?.tenant !== undefined) {
        if (line.type === 'held' || line.type === 'released' || line.type === 'swallowed') {
          touch(call.tenant, call.node);
        }
      } else if (line.stream === 'run' && line.type === 'spoil') touch(line.tenant, undefined);
    },
  };
}
