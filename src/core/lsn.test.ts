// LSNs compare by value; an id is none.
import { expect, test } from 'vitest';
import { equalLsn, formatLsn, isLsn, parseLsn } from './lsn.ts';

test.each([
  ['0/16B3748', 0x16b3748n],
  ['00000000/016b3748', 0x16b3748n],
  ['16b3748', 0x16b3748n],
  ['FFFFFFFF/FFFFFFFF', 0xffff_ffff_ffff_ffffn],
  ['1/0', 0x1_0000_0000n],
])('%s is an LSN', (text, value) => {
  expect(parseLsn(text)).toBe(value);
  expect(isLsn(text)).toBe(true);
  expect(equalLsn(text, formatLsn(value))).toBe(true);
});

test.each(['', '0/', '/0', '0/123456789', '0x10', 'g', '0/1/2', 'a'.repeat(17), 'a'.repeat(32)])(
  '%j is no LSN',
  (text) => {
    expect(parseLsn(text)).toBeUndefined();
    expect(isLsn(text)).toBe(false);
    expect(equalLsn(text, text)).toBe(false);
  },
);
