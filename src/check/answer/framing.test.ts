// Framing of raw answers: what is right gets no problem, each way to break it gets the fitting one.

import { expect, test } from 'vitest';
import { type AnswerEnd, analyseRawAnswer } from './framing.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

function analyse(raw: string, method = 'GET', ended: AnswerEnd = 'open') {
  return analyseRawAnswer(Buffer.from(raw, 'latin1'), { method, ended });
}

test.each<[string, string, string?, AnswerEnd?]>([
  [`${OK}Content-Length: 2\r\n\r\n{}`, '{}'],
  [`${OK}content-length:2 \r\n\r\n{}`, '{}'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n`, '{}'],
  [`${OK}Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n`, '{}'],
  [`${OK}\r\n{}`, '{}', 'GET', 'closed'],
  [`HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 0\r\n\r\n`, ''],
  [`${OK}Content-Length: 20\r\n\r\n`, '', 'HEAD'],
  ['HTTP/1.1 204 No Content\r\n\r\n', ''],
  ['HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n', ''],
  ['HTTP/1.0 200 \r\nContent-Length: 0\r\n\r\n', ''],
])('%j is right', (raw, body, method, ended) => {
  const answer = analyse(raw, method, ended);
  expect(answer.problems).toEqual([]);
  expect(answer.body.toString()).toBe(body);
});

test.each<[string, string, string?, AnswerEnd?]>([
  [`${OK}Content-Length: 3\r\n\r\n{}`, 'length'],
  [`${OK}Content-Length: 1\r\n\r\n{}`, 'extra'],
  [`${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`, 'two-lengths'],
  [`${OK}Content-Length: 2, 2\r\n\r\n{}`, 'two-lengths'],
  [
    `${OK}Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    'two-lengths',
  ],
  [`${OK}Content-Length: two\r\n\r\n{}`, 'head'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, 'length'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\n{}`, 'length'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`, 'length'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`, 'length'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`, 'length'],
  [`${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1`, 'extra'],
  ['HTTP/1.1 204 No Content\r\n\r\n{}', 'body-forbidden'],
  ['HTTP/1.1 304 Not Modified\r\n\r\n{}', 'body-forbidden'],
  [`${OK}Content-Length: 2\r\n\r\n{}`, 'body-forbidden', 'HEAD'],
  [`${OK}\r\n{}`, 'length'],
  [`${OK}\r\n{}`, 'length', 'GET', 'reset'],
  ['HTTP/1.1 two OK\r\n\r\n', 'head'],
  ['HTTP/1.1 200 OK\r\nContent-Len', 'head'],
  ['', 'head'],
  [`${OK}Bad Header: 1\r\nContent-Length: 0\r\n\r\n`, 'head'],
  [`${OK}No colon\r\nContent-Length: 0\r\n\r\n`, 'head'],
  [`${OK}A: \x01\r\nContent-Length: 0\r\n\r\n`, 'head'],
  ['HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'head'],
])('%j has trouble: %s', (raw, kind, method, ended) => {
  expect(analyse(raw, method, ended).problems.map((problem) => problem.kind)).toEqual([kind]);
});
