// What went wrong between a node and its store, for whom and until when: requests that a fault of the lane struck, whole
// links that were disturbed, errors that the store answered, and data that the suite spoiled. It is what a Broken tenant
// may be excused by (judging section 4): a fault that struck nobody excuses nobody.

import type { FaultLine, HistoryLine, StoreLine } from '../../history/events.ts';
import { memberOf } from '../member.ts';

/** Troubles of the store so far. Times are ns since the header; -1 = never. */
export interface StoreTroubles {
  see(line: HistoryLine): void;
  /** When the store last failed this tenant on this node; now while it does. */
  lastTouch(tenant: string, node: string): number;
  /** True for the lines of a fault that disturbs nothing, and of the requests that it counted. */
  isWatch(line: FaultLine | StoreLine): boolean;
}

interface Place {
  readonly tenant: string | undefined;
  readonly node: string;
}

/** Creates the record. */
export function createStoreTroubles(): StoreTroubles {
  return new StoreTroubleRecord();
}

class StoreTroubleRecord implements StoreTroubles {
  /** Of each node the tenants, and the whole node under undefined. */
  private readonly nodes = new Map<string, Map<string | undefined, number>>();
  private readonly spoiled = new Map<string, number>();
  /** Disturbed links; what passes through a link unharmed is not told, so all of it counts. */
  private readonly links = new Map<string, FaultLine>();
  /** Requests that a fault has struck and that have not ended. */
  private readonly struck = new Map<string, Place>();
  private readonly watches = new Set<string>();
  private now = 0;

  see(line: HistoryLine): void {
    this.now = line.t;
    if (line.stream === 'store') this.request(line);
    else if (line.stream === 'fault') this.fault(line);
    else if (line.stream === 'run' && line.type === 'spoil') this.spoiled.set(line.tenant, line.t);
  }

  isWatch(line: FaultLine | StoreLine): boolean {
    if (line.stream === 'fault') return line.kind === 'store-watch';
    return line.fault !== undefined && this.watches.has(line.fault);
  }

  lastTouch(tenant: string, node: string): number {
    for (const link of this.links.values()) {
      const isElsewhere = link.node !== undefined && link.node !== node;
      if (!isElsewhere && (link.tenant ?? tenant) === tenant) return this.now;
    }
    for (const place of this.struck.values()) {
      if (place.node === node && (place.tenant ?? tenant) === tenant) return this.now;
    }
    const times = this.nodes.get(node);
    return Math.max(
      times?.get(undefined) ?? -1,
      times?.get(tenant) ?? -1,
      this.spoiled.get(tenant) ?? -1,
    );
  }

  private touch({ tenant, node }: Place): void {
    memberOf(this.nodes, node, () => new Map<string | undefined, number>()).set(tenant, this.now);
  }

  private fault(line: FaultLine): void {
    if (line.where !== 'node-store') return;
    if (line.kind === 'store-watch') {
      this.watches.add(line.fault);
    } else if (line.kind.startsWith('store-')) {
      // The tap tells each request that it strikes: in force alone it has touched nobody.
      if (line.type === 'hit') this.strike(line);
    } else if (line.type === 'inject') {
      this.links.set(line.fault, line);
    } else {
      if (line.type === 'heal') this.links.delete(line.fault);
      if (line.node !== undefined) this.touch({ tenant: line.tenant, node: line.node });
    }
  }

  private strike(line: FaultLine): void {
    if (line.node === undefined) return;
    const place = { tenant: line.tenant, node: line.node };
    this.touch(place);
    if (line.req !== undefined) this.struck.set(line.req, place);
  }

  private request(line: StoreLine): void {
    if (line.node === 'suite') return;
    const struck = this.struck.size > 0 ? this.struck.get(line.req) : undefined;
    if (struck) {
      this.touch(struck);
      if (line.type === 'answered' || line.type === 'dropped') this.struck.delete(line.req);
    }
    const isMoved = line.fault !== undefined && !this.isWatch(line);
    const isError = line.status !== undefined && line.status >= 500;
    if (isMoved || isError || line.cut === 'lane') this.touch(line as Place);
  }
}
