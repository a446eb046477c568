// The strict parser against JSON.parse, and what only it sees.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countMembers, scanJson } from './scan.ts';
import { parseExactJson, parseStrictJson } from './strict.ts';

const json = fc.jsonValue();

test('it reads every JSON text as JSON.parse does', () => {
  fc.assert(
    fc.property(json, fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(rounded(parseStrictJson(text).json?.value)).toEqual(JSON.parse(text));
      const scan = scanJson(text);
      expect(scan.members).toBe(countMembers(JSON.parse(text)));
    }),
    { seed: 7, numRuns: 500 },
  );
});

/** Exact integers as JSON.parse would give them. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, rounded(child)]));
}

test('it accepts a text exactly when JSON.parse does', () => {
  const signs = fc.string({
    unit: fc.constantFrom(...'{}[]":,0123456789.eE+-\\untrfalse \n\t\u0000é'),
    maxLength: 12,
  });
  const bent = fc.tuple(json, fc.nat(), signs).map(([value, at, noise]) => {
    const text = JSON.stringify(value);
    const cut = at % (text.length + 1);
    return text.slice(0, cut) + noise + text.slice(cut + (at % 3));
  });
  fc.assert(
    fc.property(fc.oneof(signs, bent), (text) => {
      const { json: strict } = parseStrictJson(text);
      expect(strict !== undefined, text).toBe(accepts(text));
    }),
    { seed: 7, numRuns: 5_000 },
  );
});

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a":1,"a":2}', ['/a']],
  ['{"a":{"b":1,"b":1},"c":[{"d/e":0,"d/e":0}]}', ['/a/b', '/c/0/d~1e']],
  ['{"a":1,"\\u0061":2}', ['/a']],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}', []],
  ['{"__proto__":1,"__proto__":2}', ['/__proto__']],
])('duplicates of %s are %j', (text, duplicates) => {
  expect(parseStrictJson(text).json?.duplicates).toEqual(duplicates);
  expect(scanJson(text).members > countMembers(JSON.parse(text))).toBe(duplicates.length > 0);
});

test.each([
  ['', 'cut'],
  ['{"a":1', 'cut'],
  ['{"a":"b', 'cut'],
  ['[1,', 'cut'],
  ['tru', 'cut'],
  ['-', 'cut'],
  ['{"a":1}x', 'trailing'],
  ['1 2', 'trailing'],
  ['{"a":1,}', 'syntax'],
  ["{'a':1}", 'syntax'],
  ['[01]', 'syntax'],
  ['"\t"', 'syntax'],
  ['NaN', 'syntax'],
])('%j is broken: %s', (text, kind) => {
  expect(parseStrictJson(text).problem?.kind).toBe(kind);
});

test('integers beyond 2^53 keep their value, and the way a number was written is known', () => {
  expect(
    parseExactJson('{"a":9007199254740993,"b":18446744073709551615,"c":-9007199254740993,"d":3}'),
  ).toEqual({
    a: 9007199254740993n,
    b: 18446744073709551615n,
    c: -9007199254740993n,
    d: 3,
  });
  expect(parseExactJson('{"id":"12345678901234567890"}')).toEqual({ id: '12345678901234567890' });
  expect(parseStrictJson('[1.0,1e2,1.5,7,"1.0"]').json?.fractions).toEqual(['/0', '/1']);
  expect(scanJson('["1.0",true,false]').fraction).toBe(false);
  expect(scanJson('[1e2]').fraction).toBe(true);
  expect(() => parseExactJson('{"a":9007199254740993')).toThrow(SyntaxError);
});
