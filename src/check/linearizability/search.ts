// Is a history linearizable? Wing and Gong's search (1993) with Lowe's memory of configurations (2017), on the linked
// list of calls and returns that Porcupine made popular. Here it is the oracle for the fast state machine checker.
//
// A configuration is (set of placed operations, state). States are numbered, transitions are remembered in a flat table,
// configurations in an open-addressing table of 32-bit words: the inner loop allocates nothing. A read that fits is
// placed at once and never reconsidered: placing it first can't do harm.

import type { CheckOutcome } from '../../core/verdict.ts';
import { createConfigurations } from './configurations.ts';
import type { Model, Timed } from './model.ts';
import { createStates, MISFIT, type States } from './states.ts';

/** Own limits of the search: beyond them it says `undecided`. */
export interface SearchLimits {
  /** Milliseconds; default: none. */
  readonly timeoutMs?: number;
  /** Configurations remembered in one part; default: 4 million. */
  readonly configurationsMax?: number;
}

const CONFIGURATIONS_MAX = 4_000_000;

/** Steps between two looks at the clock. */
const CLOCK_EVERY = 1 << 14;

/** Decides whether there is an order of the operations that respects their times and the model. */
export function isLinearizable<State, Operation>(
  model: Model<State, Operation>,
  history: readonly Timed<Operation>[],
  limits: SearchLimits = {},
): CheckOutcome {
  const deadline = limits.timeoutMs === undefined ? Infinity : performance.now() + limits.timeoutMs;
  const configurationsMax = limits.configurationsMax ?? CONFIGURATIONS_MAX;
  let outcome: CheckOutcome = 'holds';
  for (const part of model.partition?.(history) ?? [history]) {
    const states = createStates(model, part);
    const found = new Search(
      part,
      states,
      part.map(({ operation }) => model.isRead?.(operation) === true),
    ).run(deadline, configurationsMax);
    if (found === 'violated') return 'violated';
    if (found === 'undecided') outcome = 'undecided';
  }
  return outcome;
}

/** The search over one part. Entry 0 is the head of the list; 1…2n are starts and ends in order of time. */
class Search {
  private readonly count: number;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  /** Operation of an entry. */
  private readonly operation: Int32Array;
  /** Entry of the end that belongs to a start; 0 for the entry of an end. */
  private readonly match: Int32Array;
  private readonly states: States;
  private readonly isRead: Uint8Array;
  /** Operations that have to be placed. */
  private readonly due: number;

  constructor(part: readonly Timed<unknown>[], states: States, reads: readonly boolean[]) {
    this.count = part.length;
    this.isRead = Uint8Array.from(reads, Number);
    this.states = states;
    const size = 2 * part.length + 2;
    this.next = new Int32Array(size);
    this.previous = new Int32Array(size);
    this.operation = new Int32Array(size);
    this.match = new Int32Array(size);
    this.due = part.reduce((sum, { end }) => sum + (end === Infinity ? 0 : 1), 0);
    this.link(part);
  }

  private link(part: readonly Timed<unknown>[]): void {
    const entries = part.flatMap(({ start, end }, index) => [
      { t: start, index, isEnd: false },
      { t: end, index, isEnd: true },
    ]);
    entries.sort((left, right) => {
      if (left.t !== right.t) return left.t < right.t ? -1 : 1;
      return Number(left.isEnd) - Number(right.isEnd);
    });
    const starts = new Int32Array(part.length);
    entries.forEach(({ index, isEnd }, place) => {
      const entry = place + 1;
      this.operation[entry] = index;
      if (isEnd) this.match[starts[index]!] = entry;
      else starts[index] = entry;
      this.next[place] = entry;
      this.previous[entry] = place;
    });
    this.next[entries.length] = 0;
  }

  run(deadline: number, configurationsMax: number): CheckOutcome {
    const { next, match, operation, states, isRead } = this;
    const memory = createConfigurations(this.count);
    const { due, isDue } = this.dueOperations();
    const trail = new Int32Array(this.count + 1);
    const trailState = new Int32Array(this.count + 1);
    let depth = 0;
    let left = due;
    let state = 0;
    let entry = next[0]!;
    let steps = 0;
    while (left > 0) {
      steps += 1;
      if (steps % CLOCK_EVERY === 0 && performance.now() > deadline) return 'undecided';
      if (match[entry]! !== 0) {
        const placed = operation[entry]!;
        const after = states.step(state, placed);
        // What need not take place and would change nothing now is better kept for later.
        const isUseful = after !== MISFIT && (after !== state || isDue[placed] === 1);
        if (isUseful && memory.add(placed, after)) {
          if (memory.size > configurationsMax) return 'undecided';
          trail[depth] = entry;
          // The sign tells that nothing else is worth trying here.
          trailState[depth] = isRead[placed] === 1 ? ~state : state;
          depth += 1;
          left -= isDue[placed]!;
          state = after;
          this.lift(entry);
          entry = next[0]!;
        } else entry = next[entry]!;
        continue;
      }
      // An end before its operation was placed: take back the last choice.
      let isForced = true;
      while (isForced) {
        if (depth === 0) return 'violated';
        depth -= 1;
        entry = trail[depth]!;
        isForced = trailState[depth]! < 0;
        state = isForced ? ~trailState[depth]! : trailState[depth]!;
        left += isDue[operation[entry]!]!;
        memory.remove(operation[entry]!);
        this.unlift(entry);
      }
      entry = next[entry]!;
    }
    return 'holds';
  }

  private dueOperations(): { due: number; isDue: Uint8Array } {
    const isDue = new Uint8Array(this.count).fill(1);
    // The ends at infinity come last: those of operations that need not be placed.
    for (
      let place = 2 * this.count, skip = this.count - this.due;
      skip > 0;
      place -= 1, skip -= 1
    ) {
      isDue[this.operation[place]!] = 0;
    }
    return { due: this.due, isDue };
  }

  private lift(entry: number): void {
    const { next, previous, match } = this;
    const end = match[entry]!;
    next[previous[entry]!] = next[entry]!;
    previous[next[entry]!] = previous[entry]!;
    next[previous[end]!] = next[end]!;
    previous[next[end]!] = previous[end]!;
  }

  private unlift(entry: number): void {
    const { next, previous, match } = this;
    const end = match[entry]!;
    next[previous[end]!] = end;
    previous[next[end]!] = end;
    next[previous[entry]!] = entry;
    previous[next[entry]!] = entry;
  }
}
