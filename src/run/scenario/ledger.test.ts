// What the ledger keeps, and what it no longer takes.

import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { scenarioResult } from './testing/scenario-result.ts';

const empty = () => scenarioResult({ verdict: 'undecided' });

test('lacks add up as long as nothing decides, and are gone once something does', () => {
  const result = empty();
  const ledger = createLedger(result);
  ledger.unsupported('r', 'one', ['tap']);
  ledger.unsupported('r', 'two', ['restart', 'tap']);
  expect(result.decisions.r).toMatchObject({ verdict: 'unsupported', lacks: ['tap', 'restart'] });
  ledger.check('r', 'works', true);
  expect(result.decisions.r?.verdict).toBe('pass');
  ledger.unsupported('r', 'three', ['pause']);
  expect(result.decisions.r?.verdict).toBe('pass');
});

test('after the abort nothing is written: the calls behind it were never sent', () => {
  const result = empty();
  let isClosed = false;
  const ledger = createLedger(result, () => isClosed);
  ledger.check('r', 'before', true);
  isClosed = true;
  expect(ledger.check('r', 'after', false)).toBe(false);
  ledger.undecided('s', 'after');
  ledger.unsupported('t', 'after', ['tap']);
  ledger.finding({ requirement: 'r', level: 'fail', kind: 'server', message: 'after' });
  expect(Object.keys(result.decisions)).toEqual(['r']);
  expect(result.decisions.r).toEqual({ checks: 1, verdict: 'pass' });
  expect(result.findings).toEqual([]);
  expect(result.checks).toEqual(['r: before']);
});
