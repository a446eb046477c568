// A ledger takes no word after the end of its scenario.

import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import type { ScenarioResult } from './result.ts';

const empty = () =>
  ({
    decisions: {},
    findings: [],
    checks: [],
    exchanges: 0,
    faultedFlows: 0,
  }) as unknown as ScenarioResult;

test('what a cut off scenario still says is not written down', () => {
  const result = empty();
  const end = new AbortController();
  const ledger = createLedger(result, end.signal);
  ledger.check('P8', 'before the end', true);
  end.abort();
  expect(ledger.check('P8', 'after the end', false)).toBe(false);
  ledger.decide('P7', 'after the end', 'fail');
  ledger.undecided('P2', 'nothing came');
  ledger.exchange();
  ledger.faultedFlow();
  expect(result).toEqual({
    ...empty(),
    decisions: { P8: { checks: 1, verdict: 'pass' } },
    checks: ['P8: before the end'],
  });
});

test('without an end everything counts', () => {
  const result = empty();
  createLedger(result).check('P8', 'holds', false);
  expect(result.decisions.P8?.verdict).toBe('fail');
});
