// After the end that a deadline makes nothing is held against the target.

import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { openLedger } from './open-ledger.ts';
import type { ScenarioResult } from './result.ts';

test('what is written before counts, what comes after does not', () => {
  const result = { decisions: {}, findings: [], checks: [] } as unknown as ScenarioResult;
  let isClosed = false;
  const ledger = openLedger(createLedger(result), () => isClosed);
  ledger.check('node.status', 'before', false);
  isClosed = true;
  expect(ledger.check('node.status', 'after', false)).toBe(false);
  ledger.decide('node.health', 'after', 'fail');
  ledger.finding({ requirement: 'node.health', level: 'fail', kind: 'server', message: 'late' });
  expect(result.findings.map(({ message }) => message)).toEqual(['before']);
  expect(Object.keys(result.decisions)).toEqual(['node.status']);
});
