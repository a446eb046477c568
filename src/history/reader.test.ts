// A damaged history is read as far as it goes, and each damage is told with its line.

import { expect, test } from 'vitest';
import { UsageError } from '../core/exit.ts';
import { parseHistory, readHistory, sortLines } from './index.ts';
import { footerLine, headerLine, sampleHistory } from './samples.ts';

const quiet = (i: number) => JSON.stringify({ i, t: i, stream: 'run', type: 'quiet', since: 0 });
const header = JSON.stringify(headerLine);
const footer = (i: number, lines: Record<string, number>) =>
  JSON.stringify({ ...footerLine, i, t: i, lines });

test('a whole history has no damage', () => {
  const text = [header, quiet(1), footer(2, { run: 2 }), ''].join('\n');
  const { lines, damage, header: first } = parseHistory(text);
  expect(damage).toEqual([]);
  expect(lines).toHaveLength(3);
  expect(first?.target).toBe(headerLine.target);
  expect(parseHistory(sampleHistory.map((line) => JSON.stringify(line)).join('\n')).damage).toEqual(
    [],
  );
});

test.each([
  ['an empty file', '', [[1, 'the file is empty']], 0],
  ['a cut history', `${header}\n${quiet(1)}\n`, [[3, 'no footer: the history was cut']], 2],
  [
    'a line cut in the middle',
    `${header}\n${quiet(1).slice(0, 20)}`,
    [
      [2, /^not JSON/],
      [3, /no footer/],
    ],
    1,
  ],
  [
    'garbage in the middle',
    [header, 'gar\0bage', quiet(2), footer(3, { run: 3 })].join('\n'),
    [[2, /^not JSON/]],
    3,
  ],
  [
    'a foreign JSON file',
    '{"log":1}\n[2]\n',
    [
      [1, /not a line of a history: stream missing/],
      [2, 'not a JSON object'],
      [3, /no footer/],
    ],
    0,
  ],
  [
    'a missing line',
    [header, quiet(2), footer(3, { run: 3 })].join('\n'),
    [[2, /sequence number 2 where 1 was due/]],
    3,
  ],
  [
    'a footer that counts otherwise',
    [header, quiet(1), footer(2, { run: 2, store: 1 })].join('\n'),
    [[3, 'the footer counts 1 store lines, there are 0']],
    3,
  ],
  [
    'lines after the footer',
    [header, footer(1, { run: 1 }), quiet(2)].join('\n'),
    [[3, 'a line after the footer']],
    3,
  ],
  [
    'no header',
    [quiet(0), footer(1, { run: 1 })].join('\n'),
    [[1, 'the first line is not a header']],
    2,
  ],
  [
    'two headers',
    [header, JSON.stringify({ ...headerLine, i: 1 }), footer(2, { run: 2 })].join('\n'),
    [[2, 'a second header']],
    3,
  ],
  [
    'a later version',
    [JSON.stringify({ ...headerLine, version: 2 }), footer(1, { run: 1 })].join('\n'),
    [[1, /of version 2; this program reads version 1/]],
    1,
  ],
  [
    'an unknown member',
    [header, `${quiet(1).slice(0, -1)},"colour":"red"}`, footer(2, { run: 2 })].join('\n'),
    [[2, 'run.quiet: unknown member "colour"']],
    2,
  ],
  [
    'an empty line',
    [header, '', quiet(1), footer(2, { run: 2 })].join('\n'),
    [[2, 'an empty line']],
    3,
  ],
] as const)('%s', (_, text, expected, readable) => {
  const { lines, damage } = parseHistory(text);
  expect(lines).toHaveLength(readable);
  expect(damage.map(({ line }) => line)).toEqual(expected.map(([line]) => line));
  for (const [index, [, message]] of expected.entries()) {
    expect(damage[index]?.message).toMatch(message);
  }
});

test('bytes that are no UTF-8 are damage', () => {
  const bytes = Buffer.concat([
    Buffer.from(`${header}\n{"i":1,"t":0,"stream":"run","type":"spoil","tenant":"`),
    Buffer.from([0xff]),
    Buffer.from(`","what":""}\n${footer(2, { run: 2 })}\n`),
  ]);
  expect(parseHistory(bytes).damage).toEqual([{ line: 2, message: 'not UTF-8' }]);
});

test('a file that is not there is wrong usage', async () => {
  const lines = readHistory('no/such/history.ndjson');
  await expect(lines.next()).rejects.toThrow(UsageError);
});

test('lines are judged in the order of time, then of recording', () => {
  const { lines } = parseHistory(
    [header, quiet(1), quiet(2).replace('"t":2', '"t":1'), quiet(3).replace('"t":3', '"t":0')].join(
      '\n',
    ),
  );
  expect(sortLines(lines).map((line) => line.i)).toEqual([0, 3, 1, 2]);
});
