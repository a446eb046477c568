// What became of a call's bytes, as the fault lane proves it: the only thing that resolves an unanswered attach.

import type { HistoryEvent, ProcessLine, ProxyLine } from '../../../history/events.ts';

/**
 * `unknown`: no proxy saw it · `in-flight`: on its way, held, or delivered and not answered · `dropped`: proved never to be
 * delivered · `answered`: every copy was delivered and the node's answer was seen · `dead`: the process that got it is dead and
 * settled, and nothing of it is held.
 */
export type Delivery = 'unknown' | 'in-flight' | 'dropped' | 'answered' | 'dead';

/** Evidence of delivery, for the calls that somebody watches. */
export interface DeliveryEvidence {
  /** Begins to watch a call; to be called before its first byte leaves. */
  watch(call: string): void;
  stateOf(call: string): Delivery;
  /** Copies of it that were delivered whole. */
  copiesOf(call: string): number;
  /** True when bytes of it reached a process, and nothing of it is held: that process's death ends it. */
  hasArrived(call: string): boolean;
  /** Tells of each change of a watched call; returns what ends the telling. */
  onChange(listener: (call: string) => void): () => void;
}

/** Evidence read from the lines of the history. */
export interface DeliveryTracker extends DeliveryEvidence {
  /** Takes every event of the rig; only proxy and process lines matter. */
  see(event: HistoryEvent): void;
}

interface Watched {
  node: string | undefined;
  /** Boots to which bytes of it were delivered and not yet answered. */
  readonly delivered: (number | undefined)[];
  copies: number;
  answers: number;
  held: number;
  dropped: boolean;
  dead: boolean;
}

/** Evidence from proxy lines (one proxy before each client) and from the deaths of processes. */
export function createDeliveryTracker(): DeliveryTracker {
  const calls = new Map<string, Watched>();
  const listeners = new Set<(call: string) => void>();
  const tell = (call: string): void => {
    for (const listener of [...listeners]) listener(call);
  };
  return {
    watch(call) {
      calls.set(call, newWatched());
    },
    stateOf(call) {
      const watched = calls.get(call);
      return watched ? stateOf(watched) : 'unknown';
    },
    copiesOf: (call) => calls.get(call)?.copies ?? 0,
    hasArrived(call) {
      const watched = calls.get(call);
      if (!watched || watched.held > 0) return false;
      return watched.copies > 0 || watched.delivered.length > 0;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    see(event) {
      if (event.stream === 'process' && event.type === 'exit') {
        for (const [call, watched] of calls) if (die(watched, event)) tell(call);
      } else if (event.stream === 'proxy' && event.call !== undefined) {
        const watched = calls.get(event.call);
        if (!watched) return;
        follow(watched, event);
        tell(event.call);
      }
    },
  };
}

function newWatched(): Watched {
  return {
    node: undefined,
    delivered: [],
    copies: 0,
    answers: 0,
    held: 0,
    dropped: false,
    dead: false,
  };
}

function stateOf(watched: Watched): Delivery {
  const { delivered, copies, answers, held, dropped, dead, node } = watched;
  if (node === undefined) return 'unknown';
  if (held > 0 || delivered.length > 0) return 'in-flight';
  if (dead) return 'dead';
  if (copies === 0) return dropped ? 'dropped' : 'in-flight';
  return answers >= copies ? 'answered' : 'in-flight';
}

function follow(watched: Watched, line: Omit<ProxyLine, 'i' | 't'>): void {
  watched.node = line.node;
  switch (line.type) {
    case 'request':
      watched.copies += 1;
      watched.delivered.push(line.boot);
      break;
    case 'partial':
      watched.delivered.push(line.boot);
      break;
    case 'answer':
      watched.answers += 1;
      watched.delivered.shift();
      break;
    case 'held':
      // A held answer keeps nobody waiting for evidence: its first byte was seen.
      if (watched.copies === 0 || watched.answers < watched.copies) watched.held += 1;
      break;
    case 'released':
      watched.held = Math.max(0, watched.held - 1);
      break;
    case 'dropped':
      watched.held = Math.max(0, watched.held - 1);
      watched.dropped = true;
      break;
    default:
  }
}

/** A death resolves only what had been forwarded to that process (judging section 3). */
function die(watched: Watched, line: Omit<ProcessLine, 'i' | 't'>): boolean {
  if (watched.node !== line.node || watched.delivered.length === 0) return false;
  const left = watched.delivered.filter((boot) => boot !== undefined && boot !== line.boot);
  if (left.length === watched.delivered.length) return false;
  watched.delivered.splice(0, watched.delivered.length, ...left);
  watched.dead = true;
  return true;
}
