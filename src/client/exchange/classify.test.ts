// Each row of judging section 1, on both sides of its line.

import { expect, test } from 'vitest';
import type { Operation } from '../../history/events.ts';
import { type CallResult, classify } from './classify.ts';

const documented = Buffer.from('{"msg":"no such tenant"}');
const page = Buffer.from('<html>not found</html>');

type Row = [op: Operation, result: Omit<CallResult, 'method'>, type: string, distinguished?: true];

const rows: Row[] = [
  ['attach', { status: 202 }, 'ok'],
  ['attach', { status: 202, phase: 'body' }, 'ok'],
  ['attach', { status: 404, body: documented }, 'fail', true],
  ['attach', { status: 400, body: documented }, 'fail', true],
  ['attach', { status: 401, body: documented }, 'fail', true],
  ['attach', { status: 403, body: documented }, 'fail', true],
  ['attach', { status: 404, body: page }, 'info'],
  ['attach', { status: 404, body: Buffer.from('{"msg":1}') }, 'info'],
  ['attach', { status: 404, body: Buffer.from('null') }, 'info'],
  ['attach', { status: 404, phase: 'body' }, 'info'],
  ['attach', { status: 409, body: documented }, 'fail'],
  ['attach', { status: 500, body: documented }, 'info'],
  ['attach', { status: 503, body: documented }, 'info'],
  ['attach', { status: 408, body: documented }, 'info'],
  ['attach', { status: 429, body: documented }, 'info'],
  ['attach', { status: 412, body: documented }, 'info'],
  ['attach', { status: 302 }, 'info'],
  ['attach', { phase: 'connect' }, 'fail'],
  ['attach', { phase: 'send' }, 'info'],
  ['attach', { phase: 'wait' }, 'info'],
  ['attach', { phase: 'headers' }, 'info'],
  ['detach', { status: 200 }, 'ok'],
  ['detach', { status: 404, body: documented }, 'ok'],
  ['detach', { status: 404, body: page }, 'ok'],
  ['detach', { status: 403 }, 'fail'],
  ['detach', { status: 409 }, 'info'],
  ['ignore', { status: 404, body: documented }, 'info'],
  ['ignore', { status: 401 }, 'fail'],
  ['load', { status: 202 }, 'ok'],
  ['load', { status: 500 }, 'info'],
  ['tenant_create', { status: 409 }, 'fail'],
  ['tenant_config', { status: 404 }, 'info'],
  ['timeline_create', { status: 409 }, 'fail'],
  ['timeline_delete', { status: 412 }, 'fail'],
  ['timeline_delete', { status: 404 }, 'fail'],
  ['tenant_status', { phase: 'wait' }, 'fail'],
  ['tenant_status', { status: 500 }, 'fail'],
  ['tenant_list', { status: 200 }, 'ok'],
  ['other', { status: 400 }, 'fail'],
  ['other', { status: 429 }, 'info'],
  ['other', { status: 500 }, 'info'],
];

test.each(rows)('%s with %j is %s', (op, result, type, distinguished) => {
  const classified = classify(op, { method: 'POST', ...result });
  expect(classified).toEqual({ type, ...(distinguished ? { distinguished } : {}) });
});

test('an unnamed operation with a safe method is a read and has no info', () => {
  expect(classify('other', { method: 'GET', phase: 'wait' })).toEqual({ type: 'fail' });
  expect(classify('other', { method: 'PUT', phase: 'wait' })).toEqual({ type: 'info' });
});
