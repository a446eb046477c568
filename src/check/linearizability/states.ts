// States as small numbers, and their transitions in a flat table that fills as the search goes.

import type { Model, Timed } from './model.ts';

/** The operation's answer does not fit the state. */
export const MISFIT = -1;

/** Not asked for yet. */
const UNKNOWN = -2;

/** Numbered states; 0 is the initial one. */
export interface States {
  /** The state after the operation (by its index in the part), or MISFIT. */
  step(state: number, operation: number): number;
}

/** The states that a part of a history can reach. */
export function createStates<State, Operation>(
  model: Model<State, Operation>,
  part: readonly Timed<Operation>[],
): States {
  const count = part.length;
  const values: State[] = [];
  const number = createNumbering(model, values);
  number(model.init());
  let table = new Int32Array(8 * count).fill(UNKNOWN);

  function compute(state: number, operation: number, place: number): number {
    const value = model.step(values[state]!, part[operation]!.operation);
    const after = value === undefined ? MISFIT : number(value);
    if (values.length * count > table.length) {
      const grown = new Int32Array(2 * table.length).fill(UNKNOWN);
      grown.set(table);
      table = grown;
    }
    table[place] = after;
    return after;
  }
  return {
    step(state, operation) {
      const place = state * count + operation;
      const known = table[place]!;
      return known === UNKNOWN ? compute(state, operation, place) : known;
    },
  };
}

function createNumbering<State>(
  model: Pick<Model<State, never>, 'hash' | 'equal'>,
  values: State[],
): (value: State) => number {
  const { hash, equal } = model;
  const add = (value: State): number => values.push(value) - 1;
  if (!equal) {
    const numbers = new Map<State, number>();
    return (value) => {
      const known = numbers.get(value) ?? add(value);
      numbers.set(value, known);
      return known;
    };
  }
  const buckets = new Map<number, number[]>();
  return (value) => {
    const key = hash?.(value) ?? 0;
    const bucket = buckets.get(key) ?? [];
    buckets.set(key, bucket);
    const known = bucket.find((index) => equal(values[index]!, value));
    if (known !== undefined) return known;
    bucket.push(add(value));
    return bucket.at(-1)!;
  };
}
