// The 92 obligations, both ways: a right answer gets no finding, each mutation of it gets one.

import { expect, test } from 'vitest';
import { dereference, isRecord, loadCatalogue, valueAt } from '../../catalogue/index.ts';
import type { Exchange } from './exchange.ts';
import { createJudge } from './index.ts';
import { placesOf, sampleExchange, withoutMember, wrongAnswers } from './sample.ts';

const catalogue = loadCatalogue();
const judge = createJudge(catalogue);

/** A short form of what the judge says. */
function said(exchange: Exchange): string[] {
  return judge.judge(exchange).map((one) => `${one.level} ${one.requirement}`);
}

function answer(
  operation: string,
  status: number,
  body: string,
  type = 'application/json',
): Exchange {
  return {
    operation,
    request: { method: 'GET', url: 'http://127.0.0.1/' },
    response: { status, headers: { 'content-type': type }, body: Buffer.from(body) },
  };
}

test('a right answer of each of the 92 gets no finding', () => {
  expect(catalogue.obligations).toHaveLength(92);
  for (const cell of catalogue.obligations) {
    expect(said(sampleExchange(catalogue, cell)), cell.id).toEqual([]);
  }
});

test('each mutation of each of the 92 is caught', () => {
  let count = 0;
  const missed: string[] = [];
  for (const cell of catalogue.obligations) {
    for (const { mutation, exchange } of wrongAnswers(catalogue, cell)) {
      // What the schema leaves free is right: the size may be null, the result of an eviction is any object.
      if (cell.id === 'tenant_size.200' && mutation === 'size becomes null') continue;
      count += 1;
      if (judge.judge(exchange).length === 0) missed.push(`${cell.id}: ${mutation}`);
    }
  }
  expect(missed).toEqual([]);
  expect(count).toBeGreaterThan(2_500);
});

test('each required member of each of the 92 is missed when it is dropped, each optional one is not', () => {
  let [required, optional] = [0, 0];
  for (const cell of catalogue.obligations) {
    const right = sampleExchange(catalogue, cell);
    if (right.response.body.length === 0) continue;
    for (const { path } of placesOf(JSON.parse(Buffer.from(right.response.body).toString()))) {
      const schema = schemaAt(cell.answer.media.get('application/json'), path.slice(0, -1));
      if (path.length === 0 || !isRecord(schema?.properties)) continue;
      const findings = said(withoutMember(right, path));
      const isRequired = (schema.required as string[] | undefined)?.includes(path.at(-1)!) ?? false;
      if (isRequired) required += 1;
      else optional += 1;
      expect(findings, `${cell.id} without ${path.join('/')}`).toEqual(
        isRequired ? [`fail ${cell.id}`] : [],
      );
    }
  }
  expect(required).toBeGreaterThan(70);
  expect(optional).toBeGreaterThan(30);
});

/** The schema at a place, found by walking the document by hand: independent of the judge. */
function schemaAt(schema: unknown, path: readonly string[]): Record<string, unknown> | undefined {
  const found = dereference(catalogue.document.root, schema);
  const node = found.ok && isRecord(found.node) ? found.node : undefined;
  const [first, ...rest] = path;
  if (first === undefined || !node) return node;
  const next = node.type === 'array' ? node.items : valueAt(node, `/properties/${first}`);
  return schemaAt(next, rest);
}

const ID = '0123456789abcdef0123456789abcdef';
const TIMELINE = {
  timeline_id: ID,
  tenant_id: ID,
  last_record_lsn: '0/16B3748',
  disk_consistent_lsn: '0/16B3748',
  state: 'Active',
  latest_gc_cutoff_lsn: '0/0',
};
const timeline = (change: object): Exchange =>
  answer('timeline_detail', 200, JSON.stringify({ ...TIMELINE, ...change }));

test.each([
  [{}, []],
  [{ last_record_lsn: ID }, ['fail ids.lsn-form']],
  [{ last_record_lsn: '16b3748' }, []],
  [{ last_record_lsn: '00000000/016b3748' }, []],
  [{ last_record_lsn: 'latest' }, ['fail ids.lsn-form']],
  [{ last_record_lsn: 23 }, ['fail timeline_detail.200']],
  [{ timeline_id: '0/16B3748' }, ['fail ids.form']],
  [{ timeline_id: ID.toUpperCase() }, []],
  [{ timeline_id: ID.slice(1) }, ['fail ids.form']],
  [{ timeline_id: `${ID.slice(1)}g` }, ['fail ids.form']],
  [{ ancestor_timeline_id: null }, ['fail timeline_detail.200']],
  [{ pg_version: 15 }, ['warn json.documented-properties']],
])('a timeline with %j: %j', (change, expected) => {
  expect(said(timeline(change))).toEqual(expected);
});

test.each([
  ['tenant_status', 404, '{"msg":"x"}', 'warn http.documented-status'],
  ['tenant_status', 204, '', 'fail http.documented-success'],
  ['attach', 200, 'null', 'fail http.documented-success'],
  ['attach', 202, 'null', 'warn http.no-body'],
  ['attach', 202, '{}', 'fail attach.202'],
  ['attach', 429, '', 'warn http.documented-status'],
  ['detach', 503, 'x', 'warn http.documented-status'],
  ['tenant_status', 200, '', 'fail tenant_status.200'],
  ['tenant_status', 200, `{"id":"${ID}","id":"${ID}"}`, 'fail json.unique-names'],
  ['tenant_status', 200, `{"id":"${ID}","current_physical_size":1.0}`, 'warn json.integer-form'],
  ['tenant_status', 200, `{"id":"${ID}","current_physical_size":1.5}`, 'fail tenant_status.200'],
  ['tenant_status', 200, `{"id":"${ID}","current_physical_size":9007199254740993}`, undefined],
  ['tenant_status', 200, `{"id":"${ID}","current_physical_size":"9"}`, 'fail tenant_status.200'],
  ['tenant_status', 200, ` {"id":"${ID}"}\r\n`, undefined],
  ['unknown_route', 418, 'whatever', undefined],
])('%s %i with body %s: %s', (operation, status, body, expected) => {
  const name = operation === 'unknown_route' ? undefined : operation;
  const exchange = { ...answer('', status, body), operation: name };
  expect(said(exchange)).toEqual(expected === undefined ? [] : [expected]);
});

test.each([
  ['application/json', []],
  ['application/json; charset=utf-8', []],
  ['Application/JSON;charset="UTF-8"', []],
  ['application/json ; charset=utf8', []],
  ['application/json; charset=iso-8859-1', ['fail json.media-type']],
  ['application/problem+json', ['fail tenant_status.200']],
  ['application/json, application/json', ['fail tenant_status.200']],
])('Content-Type %s: %j', (type, expected) => {
  expect(said(answer('tenant_status', 200, `{"id":"${ID}"}`, type))).toEqual(expected);
});

test("what follows from a contradiction is the document's", () => {
  const [state] = judge.judge(answer('tenant_status', 200, `{"id":"${ID}","state":"Active"}`));
  expect(state).toMatchObject({
    kind: 'document',
    contradiction: 'tenant-state-missing',
    level: 'warn',
  });
  const [other] = judge.judge(answer('tenant_status', 200, `{"id":"${ID}","color":"red"}`));
  expect(other).toMatchObject({ kind: 'server', level: 'warn' });
  const threshold = answer(
    'tenant_get_config',
    200,
    '{"effective_config":{"compaction_threshold":10}}',
  );
  expect(judge.judge(threshold)).toMatchObject([
    { kind: 'document', contradiction: 'compaction-threshold-is-text' },
  ]);
  const horizon = answer('tenant_get_config', 200, '{"effective_config":{"gc_horizon":"10"}}');
  expect(judge.judge(horizon)).toMatchObject([{ kind: 'server', level: 'fail' }]);
});

test('an answer to HEAD is judged without its body', () => {
  const exchange = answer('tenant_status', 200, '');
  const head = { ...exchange, request: { ...exchange.request, method: 'HEAD' } };
  expect(said(head)).toEqual([]);
});

test.each<[number, string[]]>([
  [405, []],
  [404, []],
  [501, []],
  [418, ['undocumented']],
])('a HEAD that is answered %i', (status, findings) => {
  const exchange = answer('tenant_size', status, '');
  const head = { ...exchange, request: { ...exchange.request, method: 'HEAD' } };
  expect(judge.judge(head)).toHaveLength(findings.length);
  expect(judge.judge(exchange).length).toBeGreaterThan(0);
});

test('a finding names place, expected, actual and the request', () => {
  expect(judge.judge(timeline({ state: 5 }))).toEqual([
    {
      requirement: 'timeline_detail.200',
      level: 'fail',
      kind: 'server',
      message: 'timeline_detail.200: /state is not as documented.',
      expected: 'type string',
      actual: '5',
      request: { method: 'GET', url: 'http://127.0.0.1/', headers: {} },
    },
  ]);
});

test('framing trouble becomes findings and excuses the body', () => {
  const right = answer('tenant_status', 200, '{"id"');
  const framing = [{ kind: 'length', message: 'Content-Length is 44, but 5 bytes came' } as const];
  const exchange = { ...right, response: { ...right.response, framing } };
  expect(said(exchange)).toEqual(['fail framing.length']);
});
