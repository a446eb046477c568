// Mutations of real answers: each answer of a contract run is right, and everything that can go wrong with it in one step is
// caught. Prism, which knows nothing of us, finds the same answers right.

import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import { createJudge, type Exchange } from '../../src/check/answer/index.ts';
import { wrongAnswersOf } from '../../src/check/answer/sample.ts';
import { startPrism } from './prism.ts';
import { recordAnswers } from './record.ts';
import { withRequest } from './right-request.ts';

const catalogue = loadCatalogue();
const judge = createJudge(catalogue);

/** What the judge holds against the server; what follows from a contradiction of the document is not. */
const held = (exchange: Exchange): readonly string[] =>
  judge
    .judge(exchange)
    .filter(({ kind }) => kind === 'server')
    .map(({ message }) => message);

/** Everything that it says, whosever fault it is. */
const told = (exchange: Exchange): readonly string[] =>
  judge.judge(exchange).map(({ requirement, message }) => `${requirement} ${message}`);

/** Values that the schema leaves free, so that another one is as right: by cell and by the start of the mutation. */
const FREE: readonly (readonly [cell: RegExp, mutation: RegExp])[] = [
  [/^tenant_size\.200$/, /^size becomes null$/],
  // Any object.
  [/^eviction_run\.200$/, /^\S+ becomes /],
  // Strings to which the document gives no format: what looks like an id or an LSN there may be anything.
  [/^synthetic_size\.200$/, /ancestor_(id|lsn) becomes (a short id|an LSN|an id|no LSN)$/],
  [/^get_lsn_by_timestamp\.200$/, / becomes (an id|no LSN)$/],
  // The state of a tenant is not documented at all.
  [/^tenant_(status|list|config)\.200$/, /^(\d+\/)?state\b/],
];

test('answers of a real run are right, their mutations are not', { timeout: 240_000 }, async () => {
  const answers = await recordAnswers(catalogue);
  expect([...catalogue.obligations].map(({ id }) => id).filter((id) => !answers.has(id))).toEqual(
    [],
  );
  const missed: string[] = [];
  let count = 0;
  for (const cell of catalogue.obligations) {
    const right = answers.get(cell.id)!;
    expect(held(right), cell.id).toEqual([]);
    const before = new Set(told(right));
    for (const { mutation, exchange } of wrongAnswersOf(cell, right)) {
      if (FREE.some(([id, text]) => id.test(cell.id) && text.test(mutation))) continue;
      count += 1;
      if (told(exchange).every((text) => before.has(text))) missed.push(`${cell.id}: ${mutation}`);
    }
  }
  expect(missed).toEqual([]);
  expect(count).toBeGreaterThan(2_500);

  await using prism = await startPrism();
  const wrong: string[] = [];
  for (const [cell, exchange] of answers) {
    if (!catalogue.obligations.some(({ id }) => id === cell)) continue;
    const opinion = await prism.opinion(withRequest(exchange));
    if (opinion !== 'right') wrong.push(`${cell}: ${opinion}`);
  }
  expect(wrong).toEqual([]);
});
