// Rules of judging are data that is read: each row has a reader, each reader a row, and no suite keeps a level of its own.

import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import { productFiles } from './sources.ts';

const catalogue = loadCatalogue();

/** The code that weighs by rules: the judge of answers, and the suites. Comments are no readers. */
const readers = productFiles()
  .filter(({ path }) => /^(src\/check\/answer|suites)\//.test(path))
  .map(({ path, text }) => ({ path, code: text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '') }));

/** Kinds of trouble with framing are rows too: `framing-` and the kind. */
const wordOf = (id: string): string => id.replace(/^framing-/, '');

test('every rule has a reader', () => {
  const silent = catalogue.judging
    .map((rule) => rule.id)
    .filter((id) => !readers.some(({ code }) => code.includes(`'${wordOf(id)}'`)));
  expect(silent).toEqual([]);
});

test('every rule that is asked for exists', () => {
  const known = new Set(catalogue.judging.map((rule) => rule.id));
  const asked = readers.flatMap(({ path, code }) =>
    [...code.matchAll(/\b(?:weigh|covers|statuses|rule)\(\s*'([^']+)'/g)].map(
      ([, id]) => [path, id!] as const,
    ),
  );
  expect(asked.length).toBeGreaterThan(12);
  expect(asked.filter(([, id]) => !known.has(id))).toEqual([]);
});

test('every requirement that a rule names exists', () => {
  const known = new Set(catalogue.rows.map((row) => row.id));
  const named = catalogue.judging.flatMap((rule) => rule.requirement ?? []);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

test('no contract suite has a level of its own', () => {
  const own = readers
    .filter(({ path, code }) => path.startsWith('suites/contract/') && /\blevel: /.test(code))
    .map(({ path }) => path);
  // What it says is of the document, and never counts.
  expect(own).toEqual(['suites/contract/shared/given.ts']);
});
