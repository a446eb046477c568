// Closure: every requirement that binds a server is decided by a scenario or by the judge of every answer and broken by a
// mutant, every scenario decides what exists and kills a mutant, and every mutant breaks something that a scenario decides.
// That it really does is the nightly run's to see (`mutants`, `mutants --by`); here is what was seen last (fixtures/kills.json).

import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import { listMutants } from '../../src/cli/mutants/list.ts';
import { readProofs, readRemembered } from '../../src/cli/mutants/remembered.ts';
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

test('every MUST of a server is broken by a mutant', () => {
  const broken = new Set(mutants.map((mutant) => mutant.breaks));
  const open = catalogue.requirements
    // No server without generations can break P5: its checker is proved by histories (fixtures/histories/p5-…).
    .filter((row) => row.level === 'MUST' && row.party !== 'client' && row.id !== 'P5')
    .map((row) => row.id)
    .filter((id) => !broken.has(id));
  expect(open).toEqual([]);
});

test('every scenario is known to kill a mutant', () => {
  const proofs = readProofs();
  const idle = definitions
    // A control proves checkers; its findings never count against a server.
    .filter((definition) => !definition.control)
    .map((definition) => definition.id)
    .filter((id) => proofs[id] === undefined);
  expect(idle).toEqual([]);
});

test('what is known of kills is of mutants and scenarios that exist, and of each mutant', () => {
  const names = new Set(mutants.map((mutant) => mutant.name));
  const ids = new Set(definitions.map((definition) => definition.id));
  const proofs = Object.entries(readProofs());
  expect(proofs.map(([id]) => id).filter((id) => !ids.has(id))).toEqual([]);
  expect(proofs.flatMap(([, killed]) => killed).filter((name) => !names.has(name))).toEqual([]);
  const remembered = readRemembered();
  expect([...names].filter((name) => remembered[name] === undefined)).toEqual([]);
});
