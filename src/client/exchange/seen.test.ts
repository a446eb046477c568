// What is taken from answers into the history.

import { expect, test } from 'vitest';
import type { Operation, TenantState } from '../../history/events.ts';
import { lsnText } from './lsn.ts';
import { readSeen } from './seen.ts';

const readState = (info: unknown): TenantState =>
  ((info as { s?: string }).s ?? 'Unknown') as TenantState;

function seen(op: Operation, value: unknown) {
  return readSeen(op, Buffer.from(JSON.stringify(value)), readState);
}

test('a status shows the state, a list the ids and the states that are told', () => {
  expect(seen('tenant_status', { id: 'AB', s: 'Active' })).toEqual({ state: 'Active' });
  expect(seen('tenant_list', [{ id: 'AB', s: 'Broken' }, { id: 'cd' }, { id: 5 }])).toEqual({
    tenants: ['ab', 'cd'],
    states: { ab: 'Broken' },
  });
  expect(seen('tenant_list', [{ id: 'ab' }])).toEqual({ tenants: ['ab'] });
});

test('timelines are shown with ancestor and log positions by value', () => {
  const one = { timeline_id: 'EF', ancestor_timeline_id: 'AB', last_record_lsn: '1/A' };
  const expected = { timelines: [{ id: 'ef', ancestor: 'ab', lastRecordLsn: '4294967306' }] };
  expect(seen('timeline_list', [one])).toEqual(expected);
  expect(seen('timeline_create', one)).toEqual(expected);
  expect(seen('timeline_detail', { ...one, remote_consistent_lsn: '0/0' })).toEqual({
    timelines: [{ ...expected.timelines[0], remoteConsistentLsn: '0' }],
  });
});

test('what can not be read shows nothing', () => {
  expect(readSeen('tenant_status', Buffer.from('{'), readState)).toBeUndefined();
  expect(seen('tenant_list', {})).toBeUndefined();
  expect(seen('tenant_status', null)).toBeUndefined();
  expect(seen('attach', { id: 'x' })).toBeUndefined();
  expect(seen('tenant_get_config', { tenant_specific_overrides: { gc_horizon: 7 } })).toEqual({
    overrides: { gc_horizon: 7 },
  });
});

test.each([
  ['0/16B5A50', '23812688'],
  ['00000000/016b5a50', '23812688'],
  ['16B5A50', '23812688'],
  ['FFFFFFFF/FFFFFFFF', '18446744073709551615'],
  ['1/0', '4294967296'],
  ['x/1', undefined],
  ['', undefined],
  [7, undefined],
])('%s is the log position %s', (text, value) => {
  expect(lsnText(text)).toBe(value);
});
