// The generic search: small histories by hand, limits, and the recorded register histories.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../core/package.ts';
import { parseJepsenLog, type RegisterOperation, registerModel } from './jepsen.ts';
import type { Model, Timed } from './model.ts';
import { isLinearizable } from './search.ts';

const DATA = join(packageRoot(), '..', 'shared', 'data', 'porcupine-jepsen');

function at(start: number, end: number, operation: RegisterOperation): Timed<RegisterOperation> {
  return { operation, start, end };
}

const write = (value: number): RegisterOperation => ({ kind: 'write', value });
const read = (value: number | undefined): RegisterOperation => ({ kind: 'read', value });

test.each<[string, Timed<RegisterOperation>[], 'holds' | 'violated']>([
  ['a read after a write', [at(0, 1, write(1)), at(2, 3, read(1))], 'holds'],
  ['a stale read', [at(0, 1, write(1)), at(2, 3, read(undefined))], 'violated'],
  ['a stale read while the write runs', [at(0, 5, write(1)), at(2, 3, read(undefined))], 'holds'],
  [
    'new, then old, while the write runs',
    [at(0, 9, write(1)), at(1, 2, read(1)), at(3, 4, read(undefined))],
    'violated',
  ],
  ['a write that never ended, seen', [at(0, Infinity, write(1)), at(1, 2, read(1))], 'holds'],
  ['and not seen', [at(0, Infinity, write(1)), at(1, 2, read(undefined))], 'holds'],
  [
    'seen once and gone',
    [at(0, Infinity, write(1)), at(1, 2, read(1)), at(3, 4, read(undefined))],
    'violated',
  ],
  [
    'a write of the same value is not wasted',
    [
      at(0, 1, write(1)),
      at(2, Infinity, write(1)),
      at(3, 4, write(2)),
      at(5, 6, read(2)),
      at(7, 8, read(1)),
    ],
    'holds',
  ],
  [
    'a compare-and-set that failed tells',
    [at(0, 1, write(1)), at(2, 3, { kind: 'cas', old: 1, value: 2, held: false })],
    'violated',
  ],
])('%s: %o', (_name, history, expected) => {
  expect(isLinearizable(registerModel, history)).toBe(expected);
});

test('states are compared by the model when it says how', () => {
  const counter: Model<{ n: number }, number> = {
    init: () => ({ n: 0 }),
    step: ({ n }, seen) => (seen === n + 1 ? { n: n + 1 } : undefined),
    hash: ({ n }) => n,
    equal: (left, right) => left.n === right.n,
  };
  const four = [4, 3, 2, 1].map((operation) => ({ operation, start: 0, end: 1 }));
  expect(isLinearizable(counter, four)).toBe('holds');
  expect(isLinearizable(counter, [...four, { operation: 4, start: 2, end: 3 }])).toBe('violated');
});

test('parts are judged by themselves', () => {
  const model: Model<number, RegisterOperation & { key: string }> = {
    init: () => registerModel.init(),
    step: (state, operation) => registerModel.step(state, operation),
    partition: (history) =>
      [...Map.groupBy(history, ({ operation }) => operation.key).values()] as never,
  };
  const history = [
    { operation: { ...write(1), key: 'x' }, start: 0, end: 1 },
    { operation: { ...read(undefined), key: 'y' }, start: 2, end: 3 },
  ];
  expect(isLinearizable(model, history)).toBe('holds');
});

test('a search that runs out says undecided', () => {
  const history = Array.from({ length: 24 }, (_, value) => at(0, 100, write(value)));
  history.push(at(101, 102, read(99)));
  expect(isLinearizable(registerModel, history, { configurationsMax: 1000 })).toBe('undecided');
  expect(isLinearizable(registerModel, history, { timeoutMs: 0, configurationsMax: 1e6 })).toBe(
    'undecided',
  );
});

test('the verdicts of 102 recorded histories are the expected ones', (context) => {
  if (!existsSync(DATA)) {
    context.annotate(`the recorded histories are not here (${DATA}): nothing was compared`);
    console.warn(`porcupine-jepsen: no data at ${DATA}; nothing was compared`);
    return;
  }
  const expected: Record<string, boolean> = JSON.parse(
    readFileSync(join(DATA, 'expected.json'), 'utf8'),
  );
  const actual = Object.fromEntries(
    Object.keys(expected).map((file) => {
      const history = parseJepsenLog(readFileSync(join(DATA, file), 'utf8'));
      return [file, isLinearizable(registerModel, history) === 'holds'];
    }),
  );
  expect(Object.keys(expected)).toHaveLength(102);
  expect(actual).toEqual(expected);
});
