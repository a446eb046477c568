// The ledger of a scenario that is over takes no more words.

import { expect, test } from 'vitest';
import { createLedger, untilOver } from './ledger.ts';
import type { ScenarioResult } from './result.ts';

test('what is left of a scenario that is over has no say', () => {
  const result = {
    decisions: {},
    findings: [],
    checks: [],
    exchanges: 0,
  } as never as ScenarioResult;
  const over = new AbortController();
  const ledger = untilOver(createLedger(result), over.signal);
  ledger.check('http.valid-forms', 'before', false);
  expect(result.findings).toHaveLength(1);
  over.abort();
  expect(ledger.check('http.valid-forms', 'after', false)).toBe(false);
  ledger.decide('http.valid-forms', 'after', 'fail');
  ledger.undecided('ids.form', 'after');
  ledger.unsupported('ids.form', 'after');
  ledger.exchange();
  expect(result).toMatchObject({ findings: [{ message: 'before' }], exchanges: 0 });
  expect(Object.keys(result.decisions)).toEqual(['http.valid-forms']);
  expect(result.checks).toEqual(['http.valid-forms: before']);
});
