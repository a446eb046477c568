// The `curl` line of a finding is the request that was sent, whatever its body and headers: a shell runs it against a server that
// shows what arrived.

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Finding, FindingRequest } from '../core/finding.ts';
import { curl, findingText } from './finding-text.ts';

const line = (request: Partial<FindingRequest>): string =>
  curl({ method: 'POST', url: 'http://h/p', headers: {}, ...request });

test.each<[string, Partial<FindingRequest>, string]>([
  ['a body without a type', { body: '{' }, "-H content-type: --data-raw '{'"],
  [
    'a body with its own type',
    { headers: { 'Content-Type': 'text/plain' }, body: 'x' },
    "-H 'Content-Type: text/plain' --data-raw x",
  ],
  ['an empty header', { headers: { x: '' } }, "-H 'x;'"],
  ['a blank header', { headers: { x: ' ' } }, "-H 'x;'"],
  [
    'a body that names a file',
    { body: '@/etc/passwd' },
    '-H content-type: --data-raw @/etc/passwd',
  ],
])('%s', (_, request, words) => {
  expect(line(request)).toBe(`curl -i -X POST ${words} --path-as-is http://h/p`);
});

const hasCurl = await promisify(execFile)('curl', ['--version']).then(
  () => true,
  () => false,
);

test.each<Partial<FindingRequest>>([
  { method: 'PUT', headers: { authorization: 'Bearer x', 'x-empty': '' }, body: "@it's\n{" },
  { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":"$HOME"}' },
  { method: 'DELETE', headers: {} },
])('curl sends %j as it was', async (request) => {
  if (!hasCurl) return expect(hasCurl).toBe(false);
  const arrived = Promise.withResolvers<{
    method: string;
    headers: IncomingHttpHeaders;
    body: string;
  }>();
  const server = createServer(async (asked, response) => {
    let body = '';
    for await (const chunk of asked) body += String(chunk);
    response.end();
    arrived.resolve({ method: asked.method!, headers: asked.headers, body });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/../b`;
  await promisify(execFile)('sh', ['-c', line({ ...request, url })]);
  const { method, headers, body } = await arrived.promise;
  server.close();
  const { host: _, 'user-agent': __, accept: ___, 'content-length': ____, ...sent } = headers;
  expect([method, body]).toEqual([request.method, request.body ?? '']);
  expect(sent).toEqual(request.headers);
});

test('evidence and what had struck before it stand below the sentence', () => {
  const event = (i: number, text: string) => ({ i, t: i * 1e9, text });
  const text = findingText({
    ...{ requirement: 'P2', level: 'fail', kind: 'server', message: 'm' },
    evidence: [event(7, 'a put')],
    faults: [event(3, 'kill of a#1')],
  });
  expect(text).toMatch(
    /^fail P2: m\n.* line 7: a put\n {2}struck before .*\n.* line 3: kill of a#1$/,
  );
});

test('the fewest faults stand below it, with how sure that is', () => {
  const text = (fewest: NonNullable<Finding['fewest']>) =>
    findingText({ requirement: 'P2', level: 'fail', kind: 'server', message: 'm', fewest });
  expect(text({ faults: ['a', 'b'], of: 3, runs: 5, end: 'fewest' })).toBe(
    'fail P2: m\n  the fewest faults that still show it, of 3 (5 more runs):\n    a\n    b',
  );
  expect(text({ faults: ['a'], of: 1, runs: 1, end: 'time' })).toContain(
    'the fewest faults that still show it, of 1 (1 more run, as far as time allowed):',
  );
  expect(text({ faults: [], of: 3, runs: 2, end: 'fewest' })).toContain(
    'no fault is needed to show it (2 more runs)',
  );
  expect(text({ faults: ['a'], of: 1, runs: 4, end: 'not-again' })).toContain(
    'it did not show again in 4 more runs with the same seed',
  );
});
