// Decides whether the answers of one (tenant, node) fit some order of the calls, exactly and without permuting the
// calls that nobody answered.
//
// Calls are placed as late as possible: only when one returns must it have been placed (just-in-time linearization,
// Lowe 2017, "Testing for linearizability"). A *configuration* is the state, which open calls were placed, and how many
// pending calls of each kind were spent, with the times of those spendings. Pending calls of one kind have the same
// effect, so only their number counts; when one of them is settled (answered late, dropped, dead), the earliest spending
// that it can account for is set against it, which is the same as spending the earliest deadline first. A
// configuration that spent fewer, or later, can do whatever the other can, so the other is dropped. Calls without
// effect are placed at the first moment that fits, which never does harm.

import { type Answer, GIVE_UP, PENDING, PENDING_KINDS, STATES } from './states.ts';

/** The search went beyond its bound: nothing is decided. */
export class SearchLimit extends Error {
  override readonly name = 'SearchLimit';
}

/** The orders that fit so far, as a set of configurations. */
export interface OrderSearch {
  /** A call begins whose answer will be `answer`; gives the slot to return. */
  invoke(answer: Answer): number;
  /** The call of the slot returns. False: no order fits; the search then goes on from what the answer says. */
  returned(slot: number): boolean;
  /** A call of this kind may take effect from now on, once; gives the ticket to settle. */
  pending(kind: number): number;
  /** The pending call with this ticket can take effect no more. */
  settle(kind: number, ticket: number): void;
  /** Something that is certain to happen now, to any state. */
  happen(effect: Answer): void;
  /** From now on an attach or load may give up at any time (or not any more). */
  disturbed(on: boolean): void;
  /** States that are possible now, as bits. */
  states(): number;
  /** Number of configurations: for tests and figures. */
  size(): number;
}

interface Configuration {
  readonly state: number;
  /** Open calls that are placed, by slot. */
  readonly placed: number;
  /**
   * For each pending kind its spendings that are not accounted for, ascending, each as the number of pending calls
   * that had arrived by then; undefined = none at all.
   */
  readonly spent: readonly (readonly number[])[] | undefined;
}

/** Open calls at once on one tenant of one node. */
const SLOTS_MAX = 30;

/** Configurations at once; beyond it the answer is `undecided`. */
const CONFIGURATIONS_MAX = 20_000;

const NOTHING_SPENT: readonly (readonly number[])[] = PENDING_KINDS.map(() => []);

const EFFECTS: readonly Answer[] = PENDING_KINDS.map((kind) => PENDING[kind]);

/** Starts with the given states (bits) possible; default: absent. */
export function createOrderSearch(start = 1): OrderSearch {
  return new CountingSearch(start);
}

class CountingSearch implements OrderSearch {
  private readonly start: number;
  private readonly slots: (Answer | undefined)[] = new Array(SLOTS_MAX).fill(undefined);
  private readonly alive = new Array<number>(EFFECTS.length).fill(0);
  private open = 0;
  /** Open calls whose answer changes no state at all. */
  private reads = 0;
  private arrivals = 0;
  private canGiveUp = false;
  private configurations: Configuration[] = [];

  constructor(start: number) {
    this.start = start;

    for (let state = 0; state < STATES; state += 1) {
      if (this.start & (1 << state))
        this.configurations.push({ state, placed: 0, spent: undefined });
    }
  }

  invoke(answer: Answer): number {
    const slot = this.slots.indexOf(undefined);
    if (slot < 0) throw new SearchLimit(`more than ${SLOTS_MAX} calls are open at once`);
    this.slots[slot] = answer;
    this.open |= 1 << slot;
    if (isRead(answer)) this.reads |= 1 << slot;
    this.configurations = this.configurations.map((each) => {
      const placed = this.settleIn(each.state, each.placed);
      return placed === each.placed ? each : { ...each, placed };
    });
    return slot;
  }

  returned(slot: number): boolean {
    const bit = 1 << slot;
    const fitting = this.explore((configuration) => (configuration.placed & bit) !== 0);
    const answer = this.slots[slot]!;
    this.slots[slot] = undefined;
    this.open &= ~bit;
    this.reads &= ~bit;
    this.configurations = merge(fitting.map((each) => ({ ...each, placed: each.placed & ~bit })));
    if (this.configurations.length > 0) return true;
    this.restart(answer);
    return false;
  }

  pending(kind: number): number {
    this.arrivals += 1;
    this.alive[kind] = this.alive[kind]! + 1;
    return this.arrivals;
  }

  settle(kind: number, ticket: number): void {
    this.configurations = merge(this.explore(never).map((each) => account(each, kind, ticket)));
    this.alive[kind] = this.alive[kind]! - 1;
  }

  happen(effect: Answer): void {
    const before = this.explore(never);
    const after: Configuration[] = [];
    for (const each of before)
      this.spread(effect[each.state]!, each.placed, each.spent, (next) => after.push(next));
    this.configurations = merge(after);
  }

  disturbed(on: boolean): void {
    if (on === this.canGiveUp) return;
    // Until it is off, and as soon as it is on, something may have given up already.
    this.canGiveUp = true;
    this.configurations = merge(this.explore(never));
    this.canGiveUp = on;
  }

  states() {
    return this.configurations.reduce((set, each) => set | (1 << each.state), 0);
  }

  size() {
    return this.configurations.length;
  }

  /** Places every open call without effect that fits this state. */
  private settleIn(state: number, placed: number): number {
    let result = placed;
    for (let rest = this.open & this.reads & ~placed; rest !== 0; rest &= rest - 1) {
      const slot = 31 - Math.clz32(rest & -rest);
      if (this.slots[slot]![state] !== 0) result |= 1 << slot;
    }
    return result;
  }

  /** Adds every way to go on from a configuration by one effect. */
  private expand(from: Configuration, add: (next: Configuration) => void): void {
    for (let rest = this.open & ~this.reads & ~from.placed; rest !== 0; rest &= rest - 1) {
      const slot = 31 - Math.clz32(rest & -rest);
      this.spread(this.slots[slot]![from.state]!, from.placed | (1 << slot), from.spent, add);
    }
    for (let kind = 0; kind < this.alive.length; kind += 1) {
      const reach = EFFECTS[kind]![from.state]!;
      if (reach === 0 || this.alive[kind] === 0) continue;
      const used = from.spent?.[kind]?.length ?? 0;
      if (used >= this.alive[kind]!) continue;
      this.spread(reach, from.placed, spend(from.spent, kind, this.arrivals), add);
    }
    if (this.canGiveUp) this.spread(GIVE_UP[from.state]!, from.placed, from.spent, add);
  }

  private spread(
    reach: number,
    placed: number,
    spent: Configuration['spent'],
    add: (next: Configuration) => void,
  ): void {
    for (let rest = reach; rest !== 0; rest &= rest - 1) {
      const state = 31 - Math.clz32(rest & -rest);
      add({ state, placed: this.settleIn(state, placed), spent });
    }
  }

  /** Every configuration that can be reached now; `stop` ends a branch and keeps it as a result. */
  private explore(stop: (configuration: Configuration) => boolean): Configuration[] {
    const frontier = new Frontier();
    const results = new Frontier();
    const work: Configuration[] = [];
    const add = (next: Configuration): void => {
      if (stop(next)) results.add(next);
      else if (frontier.add(next)) work.push(next);
      if (frontier.size + results.size > CONFIGURATIONS_MAX) {
        throw new SearchLimit(`more than ${CONFIGURATIONS_MAX} orders are open at once`);
      }
    };
    for (const configuration of this.configurations) add(configuration);
    for (let next = work.pop(); next; next = work.pop()) this.expand(next, add);
    return stop === never ? frontier.all() : results.all();
  }

  private restart(answer: Answer): void {
    let after = 0;
    for (let state = 0; state < STATES; state += 1) after |= answer[state]!;
    this.configurations = [];
    for (let state = 0; state < STATES; state += 1) {
      if (after & (1 << state))
        this.configurations.push({ state, placed: this.open, spent: undefined });
    }
  }
}

function isRead(answer: Answer): boolean {
  return answer.every((after, state) => after === 0 || after === 1 << state);
}

const never = (): boolean => false;

function merge(list: readonly Configuration[]): Configuration[] {
  if (list.length < 2) return [...list];
  const frontier = new Frontier();
  for (const each of list) frontier.add(each);
  return frontier.all();
}

/** One more pending call of this kind is spent, after so many arrivals. */
function spend(
  spent: Configuration['spent'],
  kind: number,
  arrivals: number,
): Configuration['spent'] {
  const next = [...(spent ?? NOTHING_SPENT)];
  next[kind] = [...next[kind]!, arrivals];
  return next;
}

/** Sets the earliest spending that the settled call can account for against it. */
function account(each: Configuration, kind: number, ticket: number): Configuration {
  const times = each.spent?.[kind];
  const index = times?.findIndex((arrivals) => arrivals >= ticket) ?? -1;
  if (!times || index < 0) return each;
  const next = [...each.spent!];
  next[kind] = times.toSpliced(index, 1);
  return { ...each, spent: next.every((list) => list.length === 0) ? undefined : next };
}

/** Configurations of which none can do whatever another can. */
class Frontier {
  private readonly byPlace = new Map<number, Configuration[]>();
  size = 0;

  /** False: it was there, or a better one was. */
  add(each: Configuration): boolean {
    const place = each.placed * STATES + each.state;
    const list = this.byPlace.get(place);
    if (!list) {
      this.byPlace.set(place, [each]);
      this.size += 1;
      return true;
    }
    if (list.some((known) => isAsGood(known, each))) return false;
    const kept = list.filter((known) => !isAsGood(each, known));
    this.size += 1 - (list.length - kept.length);
    kept.push(each);
    this.byPlace.set(place, kept);
    return true;
  }

  all(): Configuration[] {
    return [...this.byPlace.values()].flat();
  }
}

/** True when `left` spent no more than `right`, and each of it no earlier. */
function isAsGood(left: Configuration, right: Configuration): boolean {
  if (left.spent === undefined) return true;
  if (right.spent === undefined) return false;
  for (let kind = 0; kind < left.spent.length; kind += 1) {
    const [mine, theirs] = [left.spent[kind]!, right.spent[kind]!];
    if (mine.length > theirs.length) return false;
    for (let back = 1; back <= mine.length; back += 1) {
      if (mine[mine.length - back]! < theirs[theirs.length - back]!) return false;
    }
  }
  return true;
}
