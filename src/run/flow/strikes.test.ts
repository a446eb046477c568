// A fault that never fired is never green: undecided where it should have fired, unsupported where there was nothing to strike.

import { expect, test } from 'vitest';
import { UnsupportedError } from '../../core/exit.ts';
import { createLedger } from '../scenario/ledger.ts';
import { scenarioVerdict } from '../scenario/result.ts';
import { scenarioResult } from '../scenario/testing/scenario-result.ts';
import { createStrikes, type StrikeCase } from './strikes.ts';

const hit = (kind: string): StrikeCase => ({ kind, hit: true, came: true });
const missed = (kind: string): StrikeCase => ({ kind, hit: false, came: true });
const nothing = (kind: string): StrikeCase => ({ kind, hit: false, came: false });

function run(cases: readonly StrikeCase[], ok = true) {
  const result = scenarioResult({ verdict: 'undecided' });
  const strikes = createStrikes(createLedger(result));
  for (const one of cases) strikes.note(one).check('r', `${one.kind} ends well`, ok);
  let thrown: unknown;
  try {
    strikes.conclude('r');
  } catch (error) {
    thrown = error;
  }
  return { result, thrown, verdict: scenarioVerdict(result) };
}

test.each<[string, StrikeCase[], string, number]>([
  ['every kind struck', [hit('held'), hit('failed')], 'pass', 2],
  ['one of several cases of a kind is enough', [missed('held'), hit('held')], 'pass', 1],
  ['a kind never struck what came', [hit('held'), missed('failed')], 'undecided', 1],
  ['a kind had nothing to strike', [hit('held'), nothing('failed')], 'pass', 1],
  ['no kind struck what came', [missed('held'), nothing('failed')], 'undecided', 0],
])('%s', (_, cases, verdict, flows) => {
  const { result, thrown, ...found } = run(cases);
  expect(thrown).toBeUndefined();
  expect(found.verdict).toBe(verdict);
  expect(result.faultedFlows).toBe(flows);
});

test('where nothing could be struck at all the scenario is unsupported, though all went well', () => {
  const { result, thrown } = run([nothing('held'), nothing('failed')]);
  expect(thrown).toBeInstanceOf(UnsupportedError);
  expect(result.decisions.r?.verdict).toBe('unsupported');
});

test('what ends badly is told, struck or not', () => {
  expect(run([nothing('held'), hit('failed')], false).verdict).toBe('fail');
  expect(run([nothing('held')], false).result.findings).toHaveLength(1);
});
