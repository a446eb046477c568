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
  /** A further copy of the call reached the node: it may take effect once more. */
  copy(call: Call, meaning: Meaning): Tracked;
  /** The meaning is known; `canGiveUp`: a disturbed attach may have ended by now. */
  returned(tracked: Tracked, line: CompletionLine, meaning: Meaning, canGiveUp: boolean): void;
  /** A disturbed attach or load may have given up by now; those that come next are others. */
  disturb(): void;
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
  | { readonly kind: 'disturb' }
  | { readonly kind: 'happen'; readonly effect: Answer };

/** Creates the cell of a tenant that was absent before the history began. */
export function createCell(node: string, tenant: string, misfit: (misfit: Misfit) => void): Cell {
  return new OrderedCell(node, tenant, misfit);
}

class OrderedCell implements Cell {
  readonly node: string;
  readonly tenant: string;
  private readonly misfit: (misfit: Misfit) => void;
  private readonly search = createOrderSearch();
  private readonly live = new Set<Tracked>();
  private queue: Item[] = [];
  private head = 0;
  private lastChange: Tracked | undefined = undefined;
  private reason: string | undefined = undefined;

  constructor(node: string, tenant: string, misfit: (misfit: Misfit) => void) {
    this.node = node;
    this.tenant = tenant;
    this.misfit = misfit;
  }

  unsettled() {
    return this.live;
  }

  gaveUp() {
    return this.reason;
  }

  invoke(call: Call): Tracked {
    return this.begin(call, undefined);
  }

  copy(call: Call, meaning: Meaning): Tracked {
    return this.begin(call, meaning);
  }

  returned(tracked: Tracked, line: CompletionLine, meaning: Meaning, canGiveUp: boolean): void {
    tracked.end = line;
    tracked.meaning = meaning;
    this.queue.push({ kind: 'return', tracked, canGiveUp });
    if (meaning.pending === undefined || tracked.settled) this.live.delete(tracked);
    this.drain();
  }

  disturb(): void {
    this.push({ kind: 'disturb' });
  }

  settle(tracked: Tracked): void {
    if (tracked.settled) return;
    tracked.settled = true;
    if (tracked.meaning) this.live.delete(tracked);
    this.push({ kind: 'settle', tracked });
  }

  happen(effect: Answer): void {
    this.push({ kind: 'happen', effect });
  }

  end() {
    for (const tracked of this.live) tracked.meaning ??= {};
    this.drain();
  }

  private begin(call: Call, meaning: Meaning | undefined): Tracked {
    const tracked: Tracked = {
      call,
      meaning,
      end: undefined,
      slot: -1,
      ticket: -1,
      settled: false,
      together: false,
    };
    this.live.add(tracked);
    this.push({ kind: 'invoke', tracked });
    return tracked;
  }

  private drain(): void {
    while (this.head < this.queue.length) {
      const item = this.queue[this.head]!;
      if (item.kind === 'invoke' && !item.tracked.meaning) return;
      this.head += 1;
      this.take(item);
    }
    this.queue = [];
    this.head = 0;
  }

  private take(item: Item): void {
    if (this.reason !== undefined) return;
    try {
      this.step(item);
    } catch (error) {
      if (!(error instanceof SearchLimit)) throw error;
      this.reason = error.message;
    }
  }

  private step(item: Item): void {
    if (item.kind === 'happen') this.search.happen(item.effect);
    else if (item.kind === 'disturb') {
      this.search.disturbed(true);
      this.search.disturbed(false);
    } else if (item.kind === 'invoke') {
      const { answer, pending } = item.tracked.meaning!;
      if (answer) item.tracked.slot = this.search.invoke(answer);
      if (pending !== undefined) item.tracked.ticket = this.search.pending(pending);
    } else if (item.kind === 'return') {
      this.search.disturbed(item.canGiveUp);
      if (item.tracked.slot >= 0) this.judge(item.tracked);
    } else if (item.tracked.ticket >= 0) {
      this.search.settle(item.tracked.meaning!.pending!, item.tracked.ticket);
      item.tracked.ticket = -1;
    }
  }

  private judge(tracked: Tracked): void {
    const states = this.search.states();
    if (!this.search.returned(tracked.slot))
      this.misfit({ tracked, before: this.lastChange, states });
    if (tracked.call.opens || tracked.call.closes) this.lastChange = tracked;
  }

  private push(item: Item): void {
    this.queue.push(item);
    this.drain();
  }
}
