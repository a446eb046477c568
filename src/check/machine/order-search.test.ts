// The counting search against the generic one on random histories, and what counting is for.

import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../core/random.ts';
import type { Model, Timed } from '../linearizability/model.ts';
import { isLinearizable } from '../linearizability/search.ts';
import { createOrderSearch } from './order-search.ts';
import {
  ANSWERS,
  type Answer,
  DEATH,
  EMPTIED,
  GIVE_UP,
  PENDING,
  PENDING_KINDS,
  SPOILED,
  STATES,
} from './states.ts';

/** Random histories that both checkers judge; more at night. */
const HISTORIES = process.env.PSC_NIGHTLY === '1' ? 40_000 : 10_000;

/** What happens to a node, whatever state it is in. */
const EVENTS = { death: DEATH, emptied: EMPTIED, spoiled: SPOILED } as const;

const ANSWER_NAMES = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

/** One event of a history; `id` ties the events of a call together. */
type Event =
  | { readonly kind: 'invoke'; readonly id: number; answer: Answer }
  | { readonly kind: 'return'; readonly id: number }
  | { readonly kind: 'pending'; readonly id: number; readonly pending: number }
  | { readonly kind: 'settle'; readonly id: number }
  | { readonly kind: keyof typeof EVENTS }
  | { readonly kind: 'disturbed'; readonly on: boolean };

function fastVerdict(events: readonly Event[]): boolean {
  const search = createOrderSearch();
  const slots = new Map<number, number>();
  const tickets = new Map<number, { kind: number; ticket: number }>();
  for (const event of events) {
    if (event.kind === 'invoke') slots.set(event.id, search.invoke(event.answer));
    else if (event.kind === 'return') {
      if (!search.returned(slots.get(event.id)!)) return false;
    } else if (event.kind === 'pending') {
      tickets.set(event.id, { kind: event.pending, ticket: search.pending(event.pending) });
    } else if (event.kind === 'settle') {
      const { kind, ticket } = tickets.get(event.id)!;
      search.settle(kind, ticket);
    } else if (event.kind === 'disturbed') search.disturbed(event.on);
    else search.happen(EVENTS[event.kind]);
  }
  return true;
}

type Operation =
  | { readonly table: Answer; readonly isOptional: boolean }
  | { readonly disturbed: boolean };

/** In a set of states: an attach or load may give up at any time. */
const DISTURBED = 1 << STATES;

/** The same rules for the generic search: a state is the set of states that are possible. */
const setModel: Model<number, Operation> = {
  init: () => 1,
  step(before, operation) {
    const isDisturbed = (before & DISTURBED) !== 0;
    const states = isDisturbed ? givenUp(before) : before;
    if ('disturbed' in operation) {
      return operation.disturbed ? givenUp(states) | DISTURBED : states & ~DISTURBED;
    }
    const after = image(states, operation.table) | (operation.isOptional ? states & ~DISTURBED : 0);
    if (after === 0) return undefined;
    return isDisturbed ? givenUp(after) | DISTURBED : after;
  },
};

function image(states: number, table: Answer): number {
  let after = 0;
  for (let state = 0; state < STATES; state += 1) {
    if (states & (1 << state)) after |= table[state]!;
  }
  return after;
}

function givenUp(states: number): number {
  return states | image(states, GIVE_UP);
}

function timed(events: readonly Event[]): Timed<Operation>[] {
  const history: Timed<Operation>[] = [];
  events.forEach((event, start) => {
    if (event.kind === 'disturbed') {
      history.push({ operation: { disturbed: event.on }, start, end: start + 0.5 });
    } else if (event.kind in EVENTS) {
      const table = EVENTS[event.kind as keyof typeof EVENTS];
      history.push({ operation: { table, isOptional: false }, start, end: start + 0.5 });
    }
    if (event.kind !== 'invoke' && event.kind !== 'pending') return;
    const isOptional = event.kind === 'pending';
    const table = isOptional ? PENDING[PENDING_KINDS[event.pending]!] : event.answer;
    const last = events.findIndex(
      (other) => (other.kind === 'return' || other.kind === 'settle') && other.id === event.id,
    );
    history.push({ operation: { table, isOptional }, start, end: last < 0 ? Infinity : last });
  });
  return history;
}

/** Plays a random run of a correct node. */
function randomEvents(random: Random): Event[] {
  const events: Event[] = [];
  const open: { event: Event & { kind: 'invoke' }; placed: boolean }[] = [];
  const unsettled: { id: number; pending: number; spent: boolean }[] = [];
  const node: PlayedNode = { state: 0, isDisturbed: false };
  let id = 0;
  const place = (each: { event: Event & { kind: 'invoke' }; placed: boolean }): void => {
    const fitting = ANSWER_NAMES.filter((name) => ANSWERS[name][node.state] !== 0);
    const answer = ANSWERS[random.pick(fitting)];
    each.event.answer = answer;
    each.placed = true;
    node.state = pickState(answer[node.state]!, random);
  };
  const returnOne = (): void => {
    if (open.length === 0) return;
    const [each] = open.splice(random.below(open.length), 1);
    if (!each!.placed) place(each!);
    events.push({ kind: 'return', id: each!.event.id });
  };
  const actions = [
    () => {
      const event = { kind: 'invoke' as const, id: ++id, answer: ANSWERS.shownPresent as Answer };
      open.push({ event, placed: false });
      events.push(event);
    },
    () => {
      const waiting = open.filter(({ placed }) => !placed);
      if (waiting.length > 0) place(random.pick(waiting));
    },
    returnOne,
    () => {
      id += 1;
      const pending = random.below(PENDING_KINDS.length);
      unsettled.push({ id, pending, spent: false });
      events.push({ kind: 'pending', id, pending });
    },
    () => {
      const waiting = unsettled.filter(
        ({ spent, pending }) => !spent && PENDING[PENDING_KINDS[pending]!][node.state] !== 0,
      );
      if (waiting.length === 0) return;
      const each = random.pick(waiting);
      each.spent = true;
      node.state = pickState(PENDING[PENDING_KINDS[each.pending]!][node.state]!, random);
    },
    () => {
      if (unsettled.length === 0) return;
      const [each] = unsettled.splice(random.below(unsettled.length), 1);
      events.push({ kind: 'settle', id: each!.id });
    },
    ...accidents(node, events, random),
  ];
  for (let left = 6 + random.below(24); left > 0; left -= 1) random.pick(actions)();
  while (open.length > 0) returnOne();
  return events;
}

/** Changes one answer, in half of the histories. */
function spoilt(events: Event[], random: Random): Event[] {
  const calls = events.filter((event) => event.kind === 'invoke');
  if (random.below(2) === 0 && calls.length > 0) {
    random.pick(calls).answer = ANSWERS[random.pick(ANSWER_NAMES)];
  }
  return events;
}

interface PlayedNode {
  state: number;
  isDisturbed: boolean;
}

/** What happens to a node besides calls. */
function accidents(node: PlayedNode, events: Event[], random: Random): (() => void)[] {
  return [
    () => {
      if (random.below(3) > 0) return;
      const kind = random.pick(['death', 'death', 'emptied', 'spoiled'] as const);
      events.push({ kind });
      node.state = pickState(EVENTS[kind][node.state]!, random);
    },
    () => {
      if (node.isDisturbed && random.below(2) === 0) {
        if (GIVE_UP[node.state] !== 0) node.state = pickState(GIVE_UP[node.state]!, random);
        return;
      }
      node.isDisturbed = !node.isDisturbed;
      events.push({ kind: 'disturbed', on: node.isDisturbed });
    },
  ];
}

function pickState(set: number, random: Random): number {
  const states = [0, 1, 2, 3, 4, 5].filter((state) => set & (1 << state));
  return random.pick(states);
}

test('agrees with the generic search on random histories, both ways', () => {
  const random = createRandom('order-search');
  let violated = 0;
  for (let index = 0; index < HISTORIES; index += 1) {
    const events = spoilt(randomEvents(random), random);
    const expected = isLinearizable(setModel, timed(events));
    expect(expected).not.toBe('undecided');
    const actual = fastVerdict(events) ? 'holds' : 'violated';
    if (actual !== expected) expect({ index, events, actual }).toEqual({ expected });
    if (expected === 'violated') violated += 1;
  }
  // Neither verdict is rare, otherwise the comparison would prove little.
  expect(violated).toBeGreaterThan(HISTORIES / 10);
  expect(violated).toBeLessThan((HISTORIES * 9) / 10);
});

test('forty pending attaches are counted, not permuted', () => {
  const search = createOrderSearch();
  const attach = PENDING_KINDS.indexOf('attach');
  const detach = PENDING_KINDS.indexOf('detach');
  for (let index = 0; index < 40; index += 1) {
    search.pending(attach);
    search.pending(detach);
  }
  for (let index = 0; index < 40; index += 1) {
    expect(search.returned(search.invoke(ANSWERS.shownPresent))).toBe(true);
    expect(search.returned(search.invoke(ANSWERS.shownAbsent))).toBe(true);
  }
  expect(search.size()).toBeLessThan(20);
  // All are spent: once more does not fit.
  expect(search.returned(search.invoke(ANSWERS.shownPresent))).toBe(false);
});

test('a settled call can explain only what happened before', () => {
  const search = createOrderSearch();
  const attach = PENDING_KINDS.indexOf('attach');
  const ticket = search.pending(attach);
  search.settle(attach, ticket);
  const early = search.pending(attach);
  expect(search.returned(search.invoke(ANSWERS.shownPresent))).toBe(true);
  expect(search.returned(search.invoke(ANSWERS.detached))).toBe(true);
  search.settle(attach, early);
  expect(search.returned(search.invoke(ANSWERS.shownPresent))).toBe(true);
  expect(search.returned(search.invoke(ANSWERS.detached))).toBe(true);
  expect(search.returned(search.invoke(ANSWERS.attachConflict))).toBe(false);
});
