// A server that is right in another way is right: no variant of the reference is found wrong. Several at a time on a part of the
// scenarios; each alone on all of them in the nightly run.

import { expect, test } from 'vitest';
import { variantNames } from '../../fixtures/pageserver/variant.ts';
import { runProgram, tempFolder, writeReferenceTarget } from './program.ts';

const isNightly = process.env.PSC_NIGHTLY === '1';

/** Of two that spell the same thing in two ways, only one can be seen. */
const SPELLINGS = [
  'answers-in-chunks',
  'ids-in-upper-case',
  'lsn-padded',
  'lists-in-any-order',
  'members-beyond-the-schema',
  'refusals-say-little',
  'upload-lags-behind',
];
const PLAIN = [
  'connections-end',
  'lsn-in-plain-hex',
  'null-for-nothing',
  'expiry-has-grace',
  'second-detach-is-500',
  'parents-are-kept-with-409',
  'answers-take-their-time',
];
const TIMES = variantNames().filter((name) => !SPELLINGS.includes(name) && !PLAIN.includes(name));

type Round = readonly [variants: readonly string[], scenarios: readonly string[]];

const SHORT: readonly Round[] = [
  [SPELLINGS, ['contract/*', 'flows/timelines/*']],
  [PLAIN, ['contract/*', 'flows/attach/*']],
  [TIMES, ['flows/*', 'crash/kill-sweep-*', 'faults/around/*']],
];
const LONG = variantNames().map((name): Round => [[name], ['*/**']]);

test.each(isNightly ? LONG : SHORT)(
  '%s',
  async (variants, scenarios) => {
    using folder = tempFolder();
    const options = variants.map((name) => `--variant=${name}`);
    const target = writeReferenceTarget(folder.path, options);
    const run = await runProgram(['run', ...scenarios, '--target', target, '--out', folder.path]);
    expect(run.code, run.stdout).toBe(0);
  },
  600_000,
);

test('no variant is left out', () => {
  const all = SHORT.flatMap(([variants]) => variants);
  expect(all.toSorted()).toEqual(variantNames());
});
