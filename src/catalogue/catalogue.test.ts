// The catalogue: 92 obligations, rows that are current, and exactly the affected rows stale for another document.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UsageError } from '../core/exit.ts';
import { bundledDocument, hashesAt, loadCatalogue, sentencesOf, valueAt } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bundled document with one text replaced, in a file of its own. */
function changedDocument(from: string, to: string): string {
  const text = readFileSync(bundledDocument(), 'utf8');
  expect(text.includes(from), from).toBe(true);
  const file = join(folder, `${Math.abs(hash(from + to))}.yaml`);
  writeFileSync(file, text.replace(from, to));
  return file;
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 0);
}

function messageOf(specFile: string): string {
  try {
    loadCatalogue({ specFile });
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message.replace(folder, '');
  }
  return 'read without complaint';
}

const bundled = loadCatalogue();

test('19 operations make 92 obligations, and at least 60 rows stand besides', () => {
  expect(bundled.operations).toHaveLength(19);
  expect(bundled.obligations).toHaveLength(92);
  expect(bundled.requirements.length).toBeGreaterThanOrEqual(60);
  expect(bundled.obligations.map((cell) => cell.id)).toContain('attach.409');
  expect(bundled.operation('attach')?.open).toBe(false);
  expect(bundled.operation('status')?.open).toBe(true);
  expect(bundled.operation('detach')?.parameters.map((one) => `${one.in} ${one.name}`)).toEqual([
    'path tenant_id',
    'query detach_ignored',
  ]);
});

test('ids are unique, rows well formed, P1 to P8 among them', () => {
  const ids = bundled.rows.map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8']));
  for (const row of bundled.requirements) {
    expect(row.id, row.text).toMatch(/^(P\d|[a-z]+(\.[a-z0-9-]+)?)$/);
    expect(['MUST', 'SHOULD', 'MAY']).toContain(row.level);
    expect(sentencesOf(row.text), row.id).toHaveLength(1);
  }
});

test('every row is current; a stale one is shown with the hashes that stand there now', () => {
  const stale = bundled.requirements.flatMap((row) =>
    bundled.stale.includes(row.id) && 'pointer' in row.origin
      ? `${row.id}: ${hashesAt(bundled.document.root, row.origin.pointer).join(' ') || 'gone'}`
      : [],
  );
  expect(stale).toEqual([]);
  expect(bundled.uncovered).toEqual([]);
});

test('a changed sentence makes its own rows stale and no other', () => {
  const catalogue = loadCatalogue({
    specFile: changedDocument(
      'A request that is under way cannot',
      'A request that is on its way can',
    ),
  });
  expect(catalogue.stale).toEqual(['attach.no-cancel']);
  expect(catalogue.uncovered).toHaveLength(1);
  expect(catalogue.uncovered[0]).toContain('attach/post/description sentence 6');
});

test('a changed schema makes its answers and rows stale and no other', () => {
  const catalogue = loadCatalogue({
    specFile: changedDocument(
      '    SegmentSize:\n      type: object',
      '    SegmentSize:\n      type: array',
    ),
  });
  expect(catalogue.stale).toEqual(['synthetic_size.200']);
  expect(catalogue.uncovered).toEqual([]);
});

test('reformatting and reordering prose changes nothing', () => {
  const catalogue = loadCatalogue({
    specFile: changedDocument(
      'Later starts of the pageserver',
      'Later\n        starts of the pageserver',
    ),
  });
  expect(catalogue.stale).toEqual([]);
});

test('a later document: what is new is uncovered, what is gone is stale, the rest runs', () => {
  const specFile = changedDocument(
    '  /v1/tenant/{tenant_id}/ignore:',
    '  /v1/tenant/{tenant_id}/location_config:',
  );
  const catalogue = loadCatalogue({ specFile });
  expect(catalogue.operations).toHaveLength(19);
  expect(catalogue.operation('ignore')).toBeUndefined();
  expect(catalogue.operation('post_v1_tenant_tenant_id_location_config')).toBeDefined();
  expect(catalogue.uncovered[0]).toBe('POST /v1/tenant/{tenant_id}/location_config');
  expect(catalogue.stale.filter((id) => !id.startsWith('ignore.'))).toEqual([]);
  expect(catalogue.stale).toContain('ignore.200');
  expect(catalogue.stale).toContain('ignore.outlives-restart');
});

test('a new status of a known operation is uncovered', () => {
  const specFile = changedDocument(
    '        "409":\n',
    '        "429":\n          description: Slow down.\n        "409":\n',
  );
  expect(loadCatalogue({ specFile }).uncovered).toEqual(['attach.429']);
});

test.each([
  ['title: Pageserver', 'title: "Pageserver', /^\/\d+\.yaml:\d+:\d+: not readable as YAML: /],
  [
    'openapi: 3.0.2',
    'openapi: "2.0"',
    /^\/\d+\.yaml:4:10: "openapi" is "2.0"; an OpenAPI 3 document is wanted$/,
  ],
  ['schemas/Error"', 'schemas/Eror"', /:\d+:\d+: "#\/components\/schemas\/Eror" leads nowhere$/],
  ['#/components/schemas/Error"', 'other.yaml#/Error"', /:\d+:\d+: .* outside the document/],
  ['  /v1/status:', '  v1/status:', /:\d+:3: path "v1\/status" does not start with \/$/],
  ['    get:\n', '    get: 5\n    x-get:\n', /:\d+:10: GET \/v1\/status has no "responses"$/],
  ['paths:', 'path:', /:\d+:\d+: "paths" is missing or no mapping$/],
])('a document broken at %j is told with line and column', (from, to, message) => {
  expect(messageOf(changedDocument(from, to))).toMatch(message);
});

test('a document that is not there is told', () => {
  expect(messageOf(join(folder, 'none.yaml'))).toMatch(/can't be read \(ENOENT\)/);
});

test.each([
  ['PUT', '/v1/tenant/config', 'tenant_config'],
  ['GET', '/v1/tenant/config', undefined],
  ['GET', 'http://127.0.0.1:80/v1/tenant/ab%20c?x=1', 'tenant_status'],
  ['get', '/v1/tenant/ab', 'tenant_status'],
  ['GET', '/v1/tenant/', 'tenant_list'],
  ['GET', '/v1/tenant', undefined],
  ['POST', '/v1/tenant/a/timeline/', 'timeline_create'],
  ['GET', '/v1/tenant/a/timeline', 'timeline_list'],
  ['GET', '/v1/tenant/a/timeline/', undefined],
  ['DELETE', '/v1/tenant/a/timeline/b', 'timeline_delete'],
  ['PATCH', '/v1/status', undefined],
  ['GET', '/metrics', undefined],
])('%s %s is %s', (method, path, name) => {
  expect(bundled.matchOperation(method, path)?.operation.name).toBe(name);
});

test('path parameters are read off the path', () => {
  const found = bundled.matchOperation(
    'GET',
    '/v1/tenant/T/timeline/L/get_lsn_by_timestamp?timestamp=x',
  );
  expect(found?.parameters).toEqual({ tenant_id: 'T', timeline_id: 'L' });
});

test('both places of each contradiction exist, and what follows names known rules and operations', () => {
  const rules = bundled.judging.map((row) => row.id);
  const names = bundled.operations.map((operation) => operation.name);
  expect(bundled.contradictions.length).toBeGreaterThanOrEqual(8);
  for (const { id, places, follows = [] } of bundled.contradictions) {
    expect(places).toHaveLength(2);
    for (const place of places)
      expect(valueAt(bundled.document.root, place), `${id} ${place}`).toBeDefined();
    for (const one of follows) {
      expect(rules).toContain(one.rule);
      expect(names).toEqual(expect.arrayContaining([...(one.operations ?? [])]));
    }
  }
});

test('each rule of judging names a requirement that exists', () => {
  const ids = bundled.rows.map((row) => row.id);
  for (const row of bundled.judging) {
    if (row.requirement !== undefined) expect(ids, row.id).toContain(row.requirement);
  }
});
