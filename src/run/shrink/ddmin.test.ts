// Delta debugging finds the members that a failure needs, and only those; it stops when time is over.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ddmin } from './ddmin.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('exactly the needed members stay, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(numbers(16), { minLength: 0 }), async (needed) => {
      const part = await ddmin(numbers(16), async (tried) =>
        needed.every((one) => tried.includes(one)),
      );
      expect(part).toEqual(needed);
    }),
  );
});

test('no single member of the result can be left out, for any monotone failure', async () => {
  const groups = fc.array(fc.subarray(numbers(9), { minLength: 1 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(groups, async (ways) => {
      const fails = (part: readonly number[]): boolean =>
        ways.some((way) => way.every((one) => part.includes(one)));
      const part = await ddmin(numbers(9), async (tried) => fails(tried));
      expect(fails(part)).toBe(true);
      for (const one of part) expect(fails(part.filter((other) => other !== one))).toBe(false);
    }),
  );
});

test('a part that does not fail is never the result', async () => {
  const part = await ddmin(numbers(7), async () => false);
  expect(part).toEqual(numbers(7));
});

test('when time is over the smallest part so far is the result', async () => {
  let tries = 0;
  const part = await ddmin(
    numbers(8),
    async (tried) => {
      tries += 1;
      return tried.includes(0);
    },
    () => tries >= 2,
  );
  expect(part).toEqual([0, 1, 2, 3]);
  expect(tries).toBe(2);
});
