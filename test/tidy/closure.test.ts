// Closure: every requirement that binds a server is decided by a scenario or by the judge of every answer, every
// scenario decides what exists, and every mutant breaks something that a scenario decides.

import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import { listMutants } from '../../src/cli/mutants/list.ts';
import { findSuiteFiles, loadDefinitions } from '../../src/run/select/suites.ts';

const catalogue = loadCatalogue();
const definitions = await loadDefinitions(findSuiteFiles());
const mutants = listMutants();
const decided = new Set(
  definitions.flatMap(({ decides, decidesHardened = [] }) => [...decides, ...decidesHardened]),
);

/** Rows that the judge of answers decides on every answer ever seen: named by a rule of spec/judging.yaml. */
const judgedAlways = new Set(
  catalogue.judging.flatMap((rule) => (rule.onEveryAnswer && rule.requirement) || []),
);

test('an id is the path of its file', () => {
  const files = findSuiteFiles();
  expect(definitions.map((definition) => definition.id)).toEqual(files.map((file) => file.id));
});

test('scenarios decide only requirements that exist', () => {
  const known = new Set(catalogue.rows.map((row) => row.id));
  const unknown = definitions.flatMap((definition) =>
    definition.decides.filter((id) => !known.has(id)).map((id) => `${definition.id}: ${id}`),
  );
  expect(unknown).toEqual([]);
});

test('every obligation is decided by a scenario', () => {
  const open = catalogue.obligations.map((row) => row.id).filter((id) => !decided.has(id));
  expect(open).toEqual([]);
});

test('every MUST of a server is decided by a scenario or by the judge of every answer', () => {
  const open = catalogue.requirements
    // P5 speaks of generations, which this document does not have yet: every history is checked for it.
    .filter((row) => row.level === 'MUST' && row.party !== 'client' && row.id !== 'P5')
    .map((row) => row.id)
    .filter((id) => !decided.has(id) && !judgedAlways.has(id));
  expect(open).toEqual([]);
});

test('every mutant breaks one requirement that a scenario decides', () => {
  const open = mutants
    .filter((mutant) => !decided.has(mutant.breaks) && !judgedAlways.has(mutant.breaks))
    .map((mutant) => `${mutant.name}: ${mutant.breaks}`);
  expect(open).toEqual([]);
});

test('every scenario decides something that a mutant breaks', () => {
  const broken = new Set(mutants.map((mutant) => mutant.breaks));
  const obligations = new Set(catalogue.obligations.map((row) => row.id));
  const idle = definitions
    .filter((definition) => !definition.control)
    // Obligations are proved by generated mutations of right answers as well (src/check/answer).
    .filter((definition) => !definition.decides.some((id) => broken.has(id) || obligations.has(id)))
    .map((definition) => definition.id);
  expect(idle).toEqual([]);
});
