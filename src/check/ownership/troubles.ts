// What disturbed whom, and when that ended: faults of the lane, held or failed store requests, spoiled data, a node
// that was paused, dying or booting. Liveness is measured from the end of it (judging section 5). What excuses a
// Broken tenant or a lost attach is less: trouble of the store, or bad data, and only where it really struck (section 4).

import type { FaultLine, HistoryLine, ProcessLine, StoreLine } from '../../history/events.ts';
import { memberOf } from '../member.ts';
import type { Call } from './calls.ts';
import { createStoreTroubles } from './store-troubles.ts';

/** Troubles of the history so far. Times are ns since the header; -1 = never. */
export interface Troubles {
  see(line: HistoryLine, call: Call | undefined): void;
  /** When something that can delay this tenant on this node, or change how it ends, last did; now if it still does. */
  lastTouch(tenant: string, node: string): number;
  /** The same of the store alone: requests that a fault struck, links to it, answers that were errors, spoiled data. */
  lastStoreTouch(tenant: string, node: string): number;
  /** True while something that can delay this tenant on this node lasts. */
  isHeld(tenant: string, node: string): boolean;
  /** When the node was last dying, dead or booting; now while it is. */
  lastDown(node: string): number;
  /** When the node's process was last stopped or went on. */
  lastPause(node: string): number;
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
  /** When it was last terminating, dead or booting, and whether it is. */
  lastDown: number;
  dying: boolean;
  lastPause: number;
  readonly tenants: Map<string, number>;
}

/** Creates the record. */
export function createTroubles(calls: { get(id: string): Call | undefined }): Troubles {
  return new TroubleRecord(calls);
}

class TroubleRecord implements Troubles {
  private readonly calls: { get(id: string): Call | undefined };
  private readonly nodes = new Map<string, NodeTrouble>();
  private readonly everywhere = new Map<string, number>();
  private readonly activeOwn = new Map<string, FaultLine>();
  private readonly heldRequests = new Map<
    string,
    { readonly tenant: string; readonly node: string }
  >();
  private readonly stores = createStoreTroubles();
  private now = 0;

  constructor(calls: { get(id: string): Call | undefined }) {
    this.calls = calls;
  }

  active() {
    return [...this.activeOwn.values()];
  }

  lastNodeTrouble(node: string): number {
    return this.nodes.get(node)?.last ?? -1;
  }

  isNodeTroubled(node: string): boolean {
    for (const line of this.activeOwn.values()) {
      if ((line.node ?? node) === node && !line.tenant && !line.call) return true;
    }
    return this.nodes.get(node)?.down ?? false;
  }

  lastStoreTouch(tenant: string, node: string): number {
    return this.stores.lastTouch(tenant, node);
  }

  isHeld(tenant: string, node: string): boolean {
    return this.isHeldNow(tenant, node);
  }

  lastDown(node: string): number {
    const known = this.nodes.get(node);
    return known?.dying ? this.now : (known?.lastDown ?? -1);
  }

  lastPause(node: string): number {
    return this.nodes.get(node)?.lastPause ?? -1;
  }

  see(line: HistoryLine, call: Call | undefined): void {
    this.now = line.t;
    this.stores.see(line);
    if (line.stream === 'fault') {
      // A watch counts requests and disturbs none.
      if (!this.stores.isWatch(line)) this.fault(line);
    } else if (line.stream === 'store') this.store(line);
    else if (line.stream === 'process') this.lived(line);
    else if (line.stream === 'proxy' && call?.tenant !== undefined) {
      if (line.type === 'held' || line.type === 'released' || line.type === 'swallowed') {
        this.touch(call.tenant, call.node);
      }
    } else if (line.stream === 'run' && line.type === 'spoil') this.touch(line.tenant, undefined);
  }

  private lived(line: ProcessLine): void {
    const node = this.nodeOf(line.node);
    node.last = this.now;
    node.down = line.type !== 'ready' && line.type !== 'resume';
    if (line.type === 'pause' || line.type === 'resume') {
      node.lastPause = this.now;
      return;
    }
    node.lastDown = this.now;
    node.dying = line.type !== 'ready';
  }

  private nodeOf(id: string): NodeTrouble {
    return memberOf(this.nodes, id, () => ({
      last: -1,
      down: false,
      lastDown: -1,
      dying: false,
      lastPause: -1,
      tenants: new Map(),
    }));
  }

  private touch(tenant: string | undefined, node: string | undefined): void {
    if (tenant !== undefined && node !== undefined) this.nodeOf(node).tenants.set(tenant, this.now);
    else if (tenant !== undefined) this.everywhere.set(tenant, this.now);
    else if (node !== undefined) this.nodeOf(node).last = this.now;
    else for (const known of this.nodes.values()) known.last = this.now;
  }

  private fault(line: FaultLine): void {
    if (line.type === 'inject') this.activeOwn.set(line.fault, line);
    if (line.type === 'heal') this.activeOwn.delete(line.fault);
    const call = line.call === undefined ? undefined : this.calls.get(line.call);
    this.touch(line.tenant ?? call?.tenant, line.node ?? call?.node);
  }

  private store(line: StoreLine): void {
    if (line.tenant === undefined || line.node === 'suite') return;
    if (line.fault !== undefined && !this.stores.isWatch(line)) {
      this.touch(line.tenant, line.node);
      if (line.type === 'received')
        this.heldRequests.set(line.req, line as { tenant: string; node: string });
    }
    if (line.type === 'received' || this.heldRequests.size === 0) return;
    if (this.heldRequests.delete(line.req)) this.touch(line.tenant, line.node);
  }

  private covers(line: FaultLine, tenant: string, node: string): boolean {
    if (line.node !== undefined && line.node !== node) return false;
    const owner = line.tenant ?? (line.call ? this.calls.get(line.call)?.tenant : undefined);
    return owner === undefined || owner === tenant;
  }

  private isHeldNow(tenant: string, node: string): boolean {
    for (const line of this.activeOwn.values()) if (this.covers(line, tenant, node)) return true;
    for (const held of this.heldRequests.values()) {
      if (held.tenant === tenant && held.node === node) return true;
    }
    return this.nodes.get(node)?.down ?? false;
  }

  lastTouch(tenant: string, node: string): number {
    if (this.isHeldNow(tenant, node)) return this.now;
    const known = this.nodes.get(node);
    return Math.max(
      known?.last ?? -1,
      known?.tenants.get(tenant) ?? -1,
      this.everywhere.get(tenant) ?? -1,
    );
  }
}
