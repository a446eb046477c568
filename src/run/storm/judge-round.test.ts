// A round is judged by the lines since its mark: what it broke is found, what others did before is not held against it.

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeSince, linesSince, markHistory } from './judge-round.ts';

const OLD = '0'.repeat(32);
const NEW = '1'.repeat(32);
const LIMITS = { attach: 1000, detach: 1000, quiet: 200, api: 200, store: 2000, stop: 1000 };

let folder: string;
let file: string;
let i = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-round-'));
  file = join(folder, 'history.ndjson');
  i = 0;
  writeFileSync(file, '');
  write({
    ...{ stream: 'run', type: 'header', version: 1, wall: '2026-01-01T00:00:00.000Z', seed: '1' },
    ...{ profile: 'documented', nodes: ['a', 'b'], target: 'x', limits: LIMITS, tap: true },
    versions: {},
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(line: Record<string, unknown>): void {
  appendFileSync(file, `${JSON.stringify({ i, t: i * 1_000_000, ...line })}\n`);
  i += 1;
}

function call(op: string, tenant: string, id: string, status: number): void {
  const place = { node: 'a', boot: 1, proc: 1, call: id, tenant };
  write({ stream: 'client', type: 'invoke', op, ...place });
  write({ stream: 'client', type: 'ok', call: id, status });
}

function put(tenant: string, req: string): void {
  const key = `pageserver/tenants/${tenant}/timelines/${'2'.repeat(32)}/layer`;
  const request = { stream: 'store', req, op: 'put', key, node: 'a', boot: 1, tenant };
  write({ ...request, type: 'received' });
  write({ ...request, type: 'committed', order: i, etag: req });
  write({ ...request, type: 'answered', status: 200 });
}

test('a write after the 200 of a detach is found in the round that did it', async () => {
  call('tenant_create', OLD, 'c1', 201);
  const mark = markHistory(file);
  call('tenant_create', NEW, 'c2', 201);
  call('detach', NEW, 'c3', 200);
  put(NEW, 's1');
  const failures = await judgeSince(mark, 'documented');
  expect(failures.map(({ requirement }) => requirement)).toEqual(['P2']);
});

test('a right round has no failure', async () => {
  const mark = markHistory(file);
  call('tenant_create', NEW, 'c2', 201);
  put(NEW, 's1');
  call('detach', NEW, 'c3', 200);
  expect(await judgeSince(mark, 'documented')).toEqual([]);
});

test('tenants that were seen before the mark are left out, of any number of marks', async () => {
  call('tenant_create', OLD, 'c1', 201);
  call('detach', OLD, 'c2', 200);
  const mark = markHistory(file, markHistory(file));
  put(OLD, 's1');
  expect(await judgeSince(mark, 'documented')).toEqual([]);
  expect(linesSince(mark).map((line) => line.type)).toEqual(['header', 'footer']);
});
