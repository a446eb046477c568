// What an index names, in each layout that is known, and what is none.
import { expect, test } from 'vitest';
import { readIndex } from './index-content.ts';
import { isIndexKey, ownersOf } from './names.ts';

const FOLDER =
  'p/tenants/00000000000000000000000000000001/timelines/00000000000000000000000000000002/';

function read(value: unknown, name = 'index_part.json') {
  return readIndex(FOLDER + name, Buffer.from(JSON.stringify(value)));
}

test.each<[string, unknown, object]>([
  [
    'version 1',
    { version: 1, timeline_layers: ['a', 'b'], layer_metadata: { a: { file_size: 1 } } },
    { readable: true, names: [`${FOLDER}a`, `${FOLDER}b`] },
  ],
  [
    'version 2 with an LSN',
    { version: 2, timeline_layers: [], layer_metadata: {}, disk_consistent_lsn: '1/A' },
    { readable: true, names: [], diskConsistentLsn: '4294967306' },
  ],
  [
    'a layout with generations and without the list',
    { version: 4, layer_metadata: { a: { generation: 10 }, b: { generation: '0000000b' }, c: {} } },
    { readable: true, names: [`${FOLDER}a-0000000a`, `${FOLDER}b-0000000b`, `${FOLDER}c`] },
  ],
  [
    'a tombstone',
    { version: 2, timeline_layers: ['a'], deleted_at: '2023-06-01T00:00:00' },
    { readable: true, names: [], tombstone: true },
  ],
  [
    'no tombstone',
    { timeline_layers: ['a'], deleted_at: null },
    { readable: true, names: [`${FOLDER}a`] },
  ],
  ['an unknown layout', { files: ['a'] }, { readable: false, names: [] }],
  ['layers of the wrong type', { timeline_layers: 'a' }, { readable: false, names: [] }],
  ['a list', [], { readable: false, names: [] }],
])('%s', (_what, value, expected) => {
  expect(read(value)).toEqual(expected);
});

test('an index that does not parse is unreadable', () => {
  expect(readIndex('index_part.json', Buffer.from('{"version":2,'))).toEqual({
    readable: false,
    names: [],
  });
});

test('the generation of an index is the suffix of its key', () => {
  expect(read({ timeline_layers: [] }, 'index_part.json-0000000a').generation).toBe('0000000a');
});

test.each([
  ['x/index_part.json', true],
  ['index_part.json-0000000a', true],
  ['x/index_part.json.tmp', false],
  ['x/not_index_part.json', false],
])('%s is an index: %s', (key, index) => {
  expect(isIndexKey(key)).toBe(index);
});

test('tenant and timeline are the first two ids below the prefix', () => {
  const [outer, tenant, timeline] = ['0', '1', '2'].map((digit) => digit.repeat(32));
  const key = `${outer}/tenants/${tenant}/timelines/${timeline}/layer`;
  expect(ownersOf(key, `${outer}/`)).toEqual({ tenant, timeline });
  expect(ownersOf(`tenants/${tenant}/`, 'p')).toEqual({ tenant });
  expect(ownersOf('tenants/none', 'p')).toEqual({});
  expect(ownersOf(`p/${'A'.repeat(32)}/x`, 'p/')).toEqual({ tenant: 'a'.repeat(32) });
});
