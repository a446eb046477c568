// Selection: globs, suites, shards, and the errors that name the nearest word.

import { expect, test } from 'vitest';
import { selectFiles } from './select.ts';
import type { SuiteFile } from './suites.ts';

const files: SuiteFile[] = ['contract/attach', 'contract/detach', 'flows/move', 'storm/random'].map(
  (id) => ({ id, suite: id.split('/')[0] as SuiteFile['suite'], file: `${id}.suite.ts` }),
);
const ids = (selection: Partial<Parameters<typeof selectFiles>[1]>): string[] =>
  selectFiles(files, { globs: [], suites: [], ...selection }).map((file) => file.id);

test.each([
  [{}, ['contract/attach', 'contract/detach', 'flows/move', 'storm/random']],
  [{ globs: ['contract/*'] }, ['contract/attach', 'contract/detach']],
  [{ globs: ['**/move', 'contract/detach'] }, ['contract/detach', 'flows/move']],
  [{ suites: ['flows', 'storm'] }, ['flows/move', 'storm/random']],
  [{ shard: '1/3' }, ['contract/attach', 'storm/random']],
  [{ shard: '2/3' }, ['contract/detach']],
])('%o selects %o', (selection, expected) => {
  expect(ids(selection)).toEqual(expected);
});

test('all shards together are the whole selection, each scenario once', () => {
  const parts = [1, 2, 3].flatMap((index) => ids({ shard: `${index}/3` }));
  expect(parts.sort()).toEqual(ids({}).sort());
});

test.each([
  [{ globs: ['contract/atach'] }, /contract\/attach/],
  [{ globs: ['contrct/attach'] }, /"contract\/attach"/],
  [{ globs: ['contrct/*'] }, /"contract\/\*"/],
  [{ globs: ['flow/**'] }, /"flows\/\*\*"/],
  [{ globs: ['contract/x*'] }, /^(?!.*"contract\/x\*"\?)/],
  [{ suites: ['flow'] }, /flows/],
  [{ shard: '4/3' }, /i\/n/],
  [{ shard: '0/3' }, /i\/n/],
  [{ suites: ['storm'], shard: '2/2' }, /empty/],
])('%o is refused with a hint', (selection, hint) => {
  expect(() => ids(selection)).toThrow(hint);
});
