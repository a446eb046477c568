// Commits that come too late and that nobody can call back: a store can't fence a request that it has received. It is
// not told whose fault such a commit is if the fault lane had ended the request's connection, or if the node had waited
// for as long as `limits.store` before it gave the request up, or gave the tenant up without it (judging section 3).

import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { isMutation } from '../evidence.ts';
import { mayOwn, type OwnershipView } from './view.ts';

/** What is known of late commits. */
export interface Fencing {
  /** Sees every line, after the views. */
  see(line: HistoryLine): void;
  /** True for a commit that is nobody's fault to tell. */
  isBeyond(line: StoreLine): boolean;
  /** When the mutation was received. */
  receivedAt(line: StoreLine): number | undefined;
  /** True when the node had waited long enough for this mutation by `t`. */
  hadWaited(line: StoreLine, t: number): boolean;
}

/** Creates the record; `limitMs` is the time that a node has to wait for the store. */
export function createFencing(view: OwnershipView, limitMs: () => number): Fencing {
  const received = new Map<string, number>();
  const beyond = new WeakSet<StoreLine>();

  function hadWaited(line: StoreLine, t: number): boolean {
    return t - (received.get(line.req) ?? t) >= limitMs() * 1e6;
  }
  function isLate(line: StoreLine): boolean {
    if (line.cut === 'lane') return true;
    if (line.waited !== undefined && line.waited >= limitMs()) return true;
    if (!hadWaited(line, line.t) || line.tenant === undefined) return false;
    // Its connection is open. A node that still owns waits for it; one that let go at once did not.
    const holding = view.holding(line.node, line.tenant);
    return holding?.closed !== undefined && !mayOwn(holding, line.boot)
      ? hadWaited(line, holding.closed.t)
      : false;
  }
  return {
    see(line) {
      if (line.stream !== 'store' || line.node === 'suite' || !isMutation(line)) return;
      if (line.type === 'received') received.set(line.req, line.t);
      else if (line.type === 'committed') {
        if (isLate(line)) beyond.add(line);
      } else received.delete(line.req);
    },
    isBeyond: (line) => beyond.has(line),
    receivedAt: (line) => received.get(line.req),
    hadWaited,
  };
}
