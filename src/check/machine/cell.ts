// One (tenant, node): its events in order, given to the search as soon as the answers are known that the search needs.
//
// A call is placed with its answer in hand, so the events wait behind a call that has not ended yet; what waits is no
// more than what happened since the oldest open call began.

import type { CompletionLine } from '../../history/events.ts';
import type { Call } from '../ownership/calls.ts';
import type { Meaning } from './classify.ts';
import { createOrderSearch, SearchLimit } from './order-search.ts';
import type { Answer } from './states.ts';

/** A call of one cell. A list is a call of many cells: each has its own. */
export interface Tracked {
  readonly call: Call;
  /** Set when the call ended. */
  meaning: Meaning | undefined;
  end: CompletionLine | undefined;
  slot: number;
  ticket: number;
  settled: boolean;
  /** Another detach or ignore ran at the same time. */
  together: boolean;
}

/** An answer that fits no order. */
export interface Misfit {
  readonly tracked: Tracked;
  /** The last answer before it that changed the state for certain. */
  readonly before: Tracked | undefined;
  /** States that were possible when it came, as bits. */
  readonly states: number;
}

/** One tenant on one node. */
export interface Cell {
  readonly node: string;
  readonly tenant: string;
  invoke(call: Call): Tracked;
  /** The meaning is known; `canGiveUp`: a disturbed attach may have ended by now. */
  returned(tracked: Tracked, line: CompletionLine, meaning: Meaning, canGiveUp: boolean): void;
  /** Nothing of the call is in flight any more. */
  settle(tracked: Tracked): void;
  happen(effect: Answer): void;
  /** Calls that were not settled. */
  unsettled(): Iterable<Tracked>;
  /** The history is over: calls that never ended may have taken effect, and say nothing. */
  end(): void;
  /** Set when the search gave up. */
  gaveUp(): string | undefined;
}

type Item =
  | { readonly kind: 'invoke' | 'settle'; readonly tracked: Tracked }
  | { readonly kind: 'return'; readonly tracked: Tracked; readonly canGiveUp: boolean }
  | { readonly kind: 'happen'; readonly effect: Answer };

/** Creates the cell of a tenant that was absent before the history began. */
export function createCell(node: string, tenant: string, misfit: (misfit: Misfit) => void): Cell {
  const search = createOrderSearch();
  const live = new Set<Tracked>();
  let queue: Item[] = [];
  let head = 0;
  let lastChange: Tracked | undefined;
  let gaveUp: string | undefined;

  function drain(): void {
    while (head < queue.length) {
      const item = queue[head]!;
      if (item.kind === 'invoke' && !item.tracked.meaning) return;
      head += 1;
      take(item);
    }
    queue = [];
    head = 0;
  }
  function take(item: Item): void {
    if (gaveUp !== undefined) return;
    try {
      step(item);
    } catch (error) {
      if (!(error instanceof SearchLimit)) throw error;
      gaveUp = error.message;
    }
  }
  function step(item: Item): void {
    if (item.kind === 'happen') search.happen(item.effect);
    else if (item.kind === 'invoke') {
      const { answer, pending } = item.tracked.meaning!;
      if (answer) item.tracked.slot = search.invoke(answer);
      if (pending !== undefined) item.tracked.ticket = search.pending(pending);
    } else if (item.kind === 'return') {
      search.disturbed(item.canGiveUp);
      if (item.tracked.slot >= 0) judge(item.tracked);
    } else if (item.tracked.ticket >= 0) {
      search.settle(item.tracked.meaning!.pending!, item.tracked.ticket);
      item.tracked.ticket = -1;
    }
  }
  function judge(tracked: Tracked): void {
    const states = search.states();
    if (!search.returned(tracked.slot)) misfit({ tracked, before: lastChange, states });
    if (tracked.call.opens || tracked.call.closes) lastChange = tracked;
  }
  function push(item: Item): void {
    queue.push(item);
    drain();
  }
  return {
    node,
    tenant,
    unsettled: () => live,
    gaveUp: () => gaveUp,
    invoke(call) {
      const tracked: Tracked = {
        call,
        meaning: undefined,
        end: undefined,
        slot: -1,
        ticket: -1,
        settled: false,
        together: false,
      };
      live.add(tracked);
      push({ kind: 'invoke', tracked });
      return tracked;
    },
    returned(tracked, line, meaning, canGiveUp) {
      tracked.end = line;
      tracked.meaning = meaning;
      queue.push({ kind: 'return', tracked, canGiveUp });
      if (meaning.pending === undefined) live.delete(tracked);
      drain();
    },
    settle(tracked) {
      if (tracked.settled) return;
      tracked.settled = true;
      if (tracked.meaning) live.delete(tracked);
      push({ kind: 'settle', tracked });
    },
    happen: (effect) => push({ kind: 'happen', effect }),
    end() {
      for (const tracked of live) tracked.meaning ??= {};
      drain();
    },
  };
}
