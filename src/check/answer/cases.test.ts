// Answers judged by what the request was: valid, wrong in one way, wrong in several.

import { expect, test } from 'vitest';
import { loadCatalogue } from '../../catalogue/index.ts';
import type { Finding } from '../../core/finding.ts';
import { createJudge } from './index.ts';
import { sampleExchange } from './sample.ts';

const catalogue = loadCatalogue();
const judge = createJudge(catalogue);

/** A right answer of this cell, or an undocumented status with an error's body. */
function exchange(operation: string, status: number) {
  const cell = catalogue.obligations.find((one) => one.id === `${operation}.${status}`);
  const model = cell ?? catalogue.obligations.find((one) => one.id === `${operation}.500`)!;
  const right = sampleExchange(catalogue, model);
  return { ...right, response: { ...right.response, status } };
}

const said = (findings: readonly Finding[]): string[] =>
  findings.map((one) => `${one.level} ${one.requirement}`);

test.each([
  [202, []],
  [404, ['fail attach.202']],
  [500, ['fail attach.202']],
  [200, ['fail http.documented-success', 'fail attach.202']],
])('a valid attach answered %i: %j', (status, expected) => {
  expect(said(judge.judgeSuccess(exchange('attach', status)))).toEqual(expected);
});

test.each([
  ['refusal', 409, []],
  ['refusal', 201, ['fail tenant_create.409']],
  ['refusal', 500, ['fail tenant_create.409']],
  ['refusal', 400, ['fail tenant_create.409']],
  ['named', 201, ['fail http.named-refusals']],
  ['schema', 201, ['warn http.schema-violations']],
  ['schema', 400, []],
  ['schema', 422, ['warn http.documented-status']],
  ['schema', 500, ['fail tenant_create.409']],
] as const)('a create that is to be refused (%s) answered %i: %j', (weight, status, expected) => {
  const refusal = { statuses: [409], cause: 'a second create', weight };
  expect(said(judge.judgeRefusal(exchange('tenant_create', status), refusal))).toEqual(expected);
});

test('a refusal can name its own requirement', () => {
  const refusal = { statuses: [403], cause: 'a tenant token', requirement: 'auth.scope' };
  expect(said(judge.judgeRefusal(exchange('tenant_list', 200), refusal))).toEqual([
    'fail auth.scope',
  ]);
});

test.each([
  [500, []],
  [404, ['warn http.documented-status']],
  [200, ['fail tenant_status.200']],
])('an unknown tenant whose status answers %i: %j', (status, expected) => {
  const findings = judge.judgeUndocumentedCase(
    exchange('tenant_status', status),
    'an unknown tenant',
  );
  expect(said(findings)).toEqual(expected);
});

test('with two errors any fitting status is right', () => {
  const both = { statuses: [400, 403], cause: 'a bad id and a wrong scope' };
  expect(said(judge.judgeOneOf(exchange('attach', 403), both))).toEqual([]);
  expect(said(judge.judgeOneOf(exchange('attach', 409), both))).toEqual(['fail attach.400']);
  expect(said(judge.judgeOneOf(exchange('attach', 422), { ...both, statuses: [422] }))).toEqual([]);
});

test.each([
  ['refuses-valid', 400, ['fail http.valid-forms']],
  ['lsn-spelling-refused', 400, ['warn http.valid-forms']],
  ['lsn-spelling-refused', 500, ['warn http.valid-forms']],
  ['lsn-spelling-refused', 201, []],
  ['lsn-spelling-refused', 200, ['fail http.documented-success', 'warn http.valid-forms']],
  ['scheme-case-refused', 401, ['warn auth.scheme-case']],
] as const)('a valid form that comes under %s, answered %i: %j', (rule, status, expected) => {
  expect(said(judge.judgeSuccess(exchange('timeline_create', status), { rule }))).toEqual(expected);
});

test('no answer at all is a finding of its own', () => {
  const finding = judge.judgeNoAnswer(
    { method: 'GET', url: 'http://127.0.0.1/' },
    'status',
    'ECONNRESET',
  );
  expect(finding).toMatchObject({
    level: 'fail',
    requirement: 'http.always-answers',
    actual: 'ECONNRESET',
  });
});
