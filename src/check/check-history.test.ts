// The frame around the properties: order, cuts, limits, controls, and lines that come one by one.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package.ts';
import type { HistoryLine } from '../history/events.ts';
import { checkHistory, createPropertySweep, type HistoryReport, PROPERTIES } from './index.ts';

function linesOf(name: string): HistoryLine[] {
  const file = join(packageRoot(), 'fixtures', 'histories', `${name}.ndjson`);
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function outcomes(report: HistoryReport) {
  return PROPERTIES.map((id) => [
    id,
    report.properties[id].outcome,
    report.properties[id].deciding,
  ]);
}

test.each(['p1-late-duplicate.ok', 'p2-lost-200.bad', 'p7-attached-there.ok', 'p8-move.ok'])(
  '%s: an array, a stream and single lines give one verdict',
  async (name) => {
    const lines = linesOf(name);
    async function* stream() {
      yield* lines;
    }
    const sweep = createPropertySweep();
    for (const line of lines) sweep.push(line);
    const expected = outcomes(await checkHistory(lines));
    expect(outcomes(await checkHistory(stream()))).toEqual(expected);
    expect(outcomes(await checkHistory(new Set(lines)))).toEqual(expected);
    expect(outcomes(sweep.end())).toEqual(expected);
  },
);

test('lines of the proxy that were recorded late are judged at their own time', async () => {
  const lines = linesOf('p2-lost-200.bad');
  const proxy = lines.filter(({ stream }) => stream === 'proxy');
  const rest = lines.filter(({ stream }) => stream !== 'proxy');
  const late = [...rest.slice(0, -1), ...proxy, rest.at(-1)!];
  const expected = outcomes(await checkHistory(lines));
  expect(outcomes(await checkHistory(late))).toEqual(expected);
  expect(outcomes(await checkHistory(new Set(late)))).toEqual(expected);
});

test('a line that comes far too late is damage, and nothing holds', async () => {
  const lines = linesOf('p1-move-after-200.ok');
  const [header, first, ...rest] = lines;
  const far = { ...rest.at(-1)!, t: 60e9 } as HistoryLine;
  const report = await checkHistory(new Set([header!, ...rest.slice(0, -1), far, first!]));
  expect(report.damaged).toEqual([{ line: first!.i, message: expect.stringContaining('older') }]);
  for (const id of PROPERTIES) expect(report.properties[id].outcome).not.toBe('holds');
});

test('without the footer what is violated stays violated, and nothing holds', async () => {
  const cut = await checkHistory(linesOf('p2-after-200.bad').slice(0, -1));
  expect(cut.damaged).toHaveLength(1);
  expect(cut.properties.P2.outcome).toBe('violated');
  expect(cut.properties.P1).toMatchObject({ outcome: 'undecided' });
  expect(cut.properties.P1.reason).toContain('footer');
});

test('damage that a reader found keeps everything from holding', async () => {
  const sweep = createPropertySweep();
  for (const line of linesOf('p2-inside.ok')) sweep.push(line);
  sweep.damaged(4, 'not JSON');
  const report = sweep.end();
  expect(report.damaged).toEqual([{ line: 4, message: 'not JSON' }]);
  expect(report.properties.P2).toMatchObject({ outcome: 'undecided', reason: 'not JSON' });
});

test('what a lost line may have caused is unclear, what came before it is broken all the same', async () => {
  const lines = linesOf('p2-after-200.bad');
  const judged = (place: number) => {
    const sweep = createPropertySweep();
    for (const [index, line] of lines.entries()) {
      if (index === place) sweep.damaged(place + 1, 'not JSON');
      else sweep.push(line);
    }
    return sweep.end();
  };
  const early = judged(2);
  expect(PROPERTIES.filter((id) => early.properties[id].outcome === 'violated')).toEqual([]);
  const findings = PROPERTIES.flatMap((id) => early.properties[id].findings);
  expect(findings.length).toBeGreaterThan(0);
  for (const { kind, level } of findings) expect([kind, level]).toEqual(['unclear', 'warn']);
  expect(judged(lines.length - 1).properties.P2.outcome).toBe('violated');
});

test('each scenario is told what is its own', async () => {
  const lines = linesOf('p7-attached-there.ok').map((line) =>
    line.stream === 'client' ? { ...line, scenario: 'flows/one' } : line,
  );
  const { properties, scenarios } = await checkHistory(lines);
  // Where a tenant is in the end is decided by no line.
  expect(properties.P7.shares).toEqual({ 'flows/one': properties.P7.deciding });
  expect(scenarios['flows/one']?.decides).toBeUndefined();
});

test('an own limit of memory gives undecided', async () => {
  const [header, ...rest] = linesOf('p2-inside.ok');
  const many = Array.from({ length: 10_000 }, (_, i) => ({ ...rest[0]!, i, t: i }) as HistoryLine);
  const report = await checkHistory([header!, ...many], { heapBytesMax: 1 });
  expect(report.properties.P2).toMatchObject({
    outcome: 'undecided',
    reason: expect.stringContaining('limit of memory'),
  });
});

test('an own limit of time gives undecided', async () => {
  const [header, ...rest] = linesOf('p2-inside.ok');
  const many = Array.from({ length: 10_000 }, (_, i) => ({ ...rest[0]!, i, t: i }) as HistoryLine);
  const report = await checkHistory([header!, ...many], { timeoutMs: 0 });
  expect(report.properties.P2).toMatchObject({
    outcome: 'undecided',
    reason: expect.stringContaining('limit of time'),
  });
});

test('a control is shown apart and never counted', async () => {
  const report = await checkHistory(linesOf('p2-control.ok'));
  expect(report.tenants).toBe(2);
  expect(report.controls.map(({ requirement, damage }) => [requirement, damage])).toContainEqual([
    'P2',
    'conflict',
  ]);
  expect(report.properties.P2.findings).toEqual([]);
});

test('without a tap the properties of the store are unsupported', async () => {
  const [header, ...rest] = linesOf('p2-after-200.bad');
  const clients = rest.filter(({ stream }) => stream !== 'store');
  const report = await checkHistory([{ ...header!, tap: false } as HistoryLine, ...clients]);
  for (const id of ['P2', 'P3', 'P4', 'P5', 'P6'] as const) {
    expect(report.properties[id].outcome).toBe('unsupported');
  }
  expect(report.properties.P1.outcome).toBe('holds');
});

test('no evidence is no pass, and only what is asked for is judged', async () => {
  const report = await checkHistory(linesOf('p1-move-after-200.ok'), { properties: ['P1', 'P2'] });
  expect(report.properties.P1.outcome).toBe('holds');
  expect(report.properties.P2).toMatchObject({ outcome: 'undecided', deciding: 0 });
  expect(report.properties.machine).toMatchObject({ outcome: 'undecided', deciding: 0 });
});

test('the profile can be given', async () => {
  const lines = linesOf('machine-lost-202.ok');
  const hardened = await checkHistory(lines, { profile: 'hardened' });
  expect(hardened.properties.machine.outcome).toBe('violated');
});

test('findings carry the scenario of their tenant', async () => {
  const lines = linesOf('p2-after-200.bad').map((line) =>
    line.stream === 'client' ? { ...line, scenario: 'flows/move' } : line,
  );
  const report = await checkHistory(lines);
  expect(report.properties.P2.findings[0]).toMatchObject({ scenario: 'flows/move' });
});
