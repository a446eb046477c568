// Recorded histories give the exit codes of the run that recorded them, both sides of each line.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkHistory } from '../../check/index.ts';
import { packageRoot } from '../../core/package.ts';
import type { HistoryLine, ScenarioLine } from '../../history/index.ts';
import { checkCodes, openMusts } from './check-codes.ts';

interface Recorded {
  readonly fixture: string;
  /** Ids that `flows/one`, whose calls the history holds, is to decide; absent: the history does not tell. */
  readonly one?: readonly string[];
  /** Ids of another scenario, of which the history holds nothing. */
  readonly two?: readonly string[];
  readonly start?: Partial<ScenarioLine>;
  readonly tap?: false;
  readonly damaged?: true;
}

async function checked({ fixture, one, two, start, tap, damaged }: Recorded) {
  const file = join(packageRoot(), 'fixtures', 'histories', `${fixture}.ndjson`);
  const [header, ...rest] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): HistoryLine => JSON.parse(line));
  const begin = (scenario: string, decides: readonly string[] | undefined): HistoryLine[] => {
    const base = { i: 0, t: 0, stream: 'run', type: 'scenario', phase: 'start' } as const;
    return decides === undefined ? [] : [{ ...base, scenario, decides, ...start }];
  };
  const lines = [
    { ...header!, ...(tap === undefined ? {} : { tap }) } as HistoryLine,
    ...begin('flows/one', one),
    ...begin('flows/two', two),
    ...rest.map((line) => (line.stream === 'client' ? { ...line, scenario: 'flows/one' } : line)),
  ];
  return { report: await checkHistory(lines), damaged: damaged ?? false };
}

test.each<[string, Recorded, string[], number[]]>([
  ['what it is to decide holds', { fixture: 'p2-inside.ok', one: ['P2', 'P6'] }, [], [0]],
  ['it is to decide what it does not show', { fixture: 'p2-inside.ok', one: ['P8'] }, [], [6]],
  [
    'nobody asks for what it does not show',
    { fixture: 'p2-inside.ok', one: ['status.200'] },
    [],
    [0],
  ],
  ['it does not tell what it is to decide', { fixture: 'p2-inside.ok' }, [], [6]],
  [
    'only a scenario without evidence asks',
    { fixture: 'p2-inside.ok', one: [], two: ['P2'] },
    [],
    [6],
  ],
  ['another one decided it', { fixture: 'p2-inside.ok', one: ['P2'], two: ['P2'] }, [], [0]],
  [
    'a control decides nothing',
    { fixture: 'p2-inside.ok', one: ['P2'], start: { control: true } },
    [],
    [0],
  ],
  ['a write after the 200', { fixture: 'p2-after-200.bad', one: ['P2'] }, [], [1]],
  ['and what nobody asks for counts too', { fixture: 'p2-after-200.bad', one: ['P6'] }, [], [1]],
  ['our own driver broke P1', { fixture: 'p1-elsewhere-on-404.bad', one: ['P1'] }, [], [4]],
  ['the document left a gap', { fixture: 'p1-late-duplicate.ok', one: ['P1'] }, [], [0]],
  ['damage is never a pass', { fixture: 'p2-inside.ok', one: ['P2'], damaged: true }, [], [6]],
  ['damage hides nothing', { fixture: 'p2-after-200.bad', one: ['P2'], damaged: true }, [], [1, 6]],
  ['no tap', { fixture: 'p2-inside.ok', one: ['P2'], tap: false }, [], [6]],
  ['no tap, accepted', { fixture: 'p2-inside.ok', one: ['P2'], tap: false }, ['tap'], [0]],
  [
    'no tap, another accepted',
    { fixture: 'p2-inside.ok', one: ['P2'], tap: false },
    ['restart'],
    [6],
  ],
  ['no tap, untold', { fixture: 'p2-inside.ok', tap: false }, [], [6]],
  [
    'never begun for another lack',
    { fixture: 'p2-inside.ok', one: ['P2'], start: { lacks: ['restart'] } },
    [],
    [6],
  ],
  [
    'never begun for another lack, accepted',
    { fixture: 'p2-inside.ok', one: ['P2'], start: { lacks: ['restart'] } },
    ['restart'],
    [0],
  ],
])('%s', async (_, recorded, without, codes) => {
  expect(checkCodes([await checked(recorded)], without)).toEqual(codes);
});

test('one history decides what another of the same run leaves open', async () => {
  const open = await checked({ fixture: 'p2-inside.ok', one: ['P8'] });
  const decided = await checked({ fixture: 'p8-move.ok', one: ['P8'] });
  expect(openMusts([open], [])).toEqual(['P8']);
  expect(openMusts([open, decided], [])).toEqual([]);
});
