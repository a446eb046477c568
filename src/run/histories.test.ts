// What a run makes of its histories: whose evidence is whose, what is nobody's fault, what was missing.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../core/package.ts';
import { judgeHistories } from './histories.ts';
import type { ScenarioResult } from './scenario/result.ts';
import { scenarioResult } from './scenario/testing/scenario-result.ts';

const HISTORY = 'history-faults-1-1.ndjson';

type Line = Record<string, unknown>;

const scenario = (id: string, more: Partial<ScenarioResult> = {}): ScenarioResult =>
  scenarioResult({ id, decides: ['P2'], history: HISTORY, ...more });

/** A hand-made history with its calls in `flows/one`, and `more` lines before its footer, judged for the scenarios. */
async function judge(
  fixture: string,
  scenarios: readonly ScenarioResult[],
  { change = (line: Line) => line, more = [] as readonly Line[] } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'psc-histories-'));
  try {
    const file = join(packageRoot(), 'fixtures', 'histories', `${fixture}.ndjson`);
    const lines: Line[] = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const footer = lines.pop()!;
    const all = [...lines.map(change).map(owned), ...more, footer].map((line, i) => {
      const t = line === footer || more.includes(line) ? (footer.t as number) + i : line.t;
      return { ...line, i, t };
    });
    Object.assign(all.at(-1)!, { lines: countOf(all.slice(0, -1)) });
    writeFileSync(join(folder, HISTORY), all.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return await judgeHistories(folder, scenarios, 'documented');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const owned = (line: Line): Line =>
  line.stream === 'client' ? { ...line, scenario: 'flows/one' } : line;

function countOf(lines: readonly Line[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stream } of lines) counts[stream as string] = (counts[stream as string] ?? 0) + 1;
  return counts;
}

/** A timeline that is created by another scenario on a tenant of its own. */
function created(scenarioId: string): Line[] {
  const tenant = 'b'.repeat(32);
  const call = { stream: 'client', call: `c-${scenarioId}`, scenario: scenarioId };
  return [
    { ...call, type: 'invoke', op: 'timeline_create', node: 'a', boot: 1, proc: 9, tenant },
    { ...call, type: 'ok', status: 201 },
  ];
}

test('what the tap saw of one scenario decides nothing for another', async () => {
  const judged = await judge('p2-inside.ok', [scenario('flows/one'), scenario('flows/two')], {
    more: created('flows/two'),
  });
  expect(judged.harnessErrors).toEqual([]);
  const [one, two] = judged.scenarios;
  expect(one).toMatchObject({ verdict: 'pass', decisions: { P2: { verdict: 'pass', checks: 1 } } });
  expect(two).toMatchObject({ verdict: 'undecided', decisions: { P2: { verdict: 'undecided' } } });
});

test('a scenario whose tenants have nothing to write lacks no evidence', async () => {
  const own = { decisions: { 'detach.unknown-is-404': { checks: 1, verdict: 'pass' as const } } };
  const judged = await judge('p2-inside.ok', [scenario('flows/two', own), scenario('flows/three')]);
  expect(
    judged.scenarios.map(({ verdict, decisions }) => [verdict, decisions.P2?.verdict]),
  ).toEqual([
    ['pass', 'unsupported'],
    // It was to decide nothing else.
    ['unsupported', 'unsupported'],
  ]);
});

test('a check of the scenario itself is evidence', async () => {
  const decisions = { P8: { checks: 1, verdict: 'pass' as const } };
  const judged = await judge('p8-move.ok', [
    scenario('flows/two', { decides: ['P8'], decisions }),
    scenario('flows/three', { decides: ['P8'] }),
  ]);
  expect(judged.scenarios.map(({ verdict }) => verdict)).toEqual(['pass', 'undecided']);
});

test('what was cut short stays undecided, whatever it had decided by then', async () => {
  const decisions = { P2: { checks: 3, verdict: 'pass' as const } };
  const judged = await judge('p2-inside.ok', [
    scenario('flows/one', { verdict: 'undecided', decisions }),
  ]);
  expect(judged.scenarios[0]).toMatchObject({ verdict: 'undecided' });
  // The requirement was decided all the same.
  expect(judged.scenarios[0]?.decisions.P2?.verdict).toBe('pass');
});

test('a history without a tap leaves P2 unsupported and says what was missing', async () => {
  const lacking = { verdict: 'unsupported' as const, reason: 'needs "restart"', checks: 0 };
  const judged = await judge(
    'p2-inside.ok',
    [
      scenario('flows/one'),
      scenario('crash/one', {
        verdict: 'unsupported',
        decisions: { P2: { ...lacking, lacks: ['restart'] } },
      }),
    ],
    { change: (line) => (line.type === 'header' ? { ...line, tap: false } : line) },
  );
  expect(judged.scenarios.map(({ decisions }) => decisions.P2?.lacks)).toEqual([
    ['tap'],
    ['restart', 'tap'],
  ]);
  expect(judged.properties.find(({ property }) => property === 'P2')).toMatchObject({
    outcome: 'unsupported',
    capability: 'tap',
  });
});

test.each([
  ['p1-late-duplicate.ok', 0],
  ['p1-elsewhere-on-404.bad', 1],
])(
  '%s: a gap of the document is no fault of ours, a hazard of the driver is',
  async (name, count) => {
    const judged = await judge(name, [scenario('flows/one', { decides: ['P1'] })]);
    const ours = judged.harnessErrors.filter((text) => text.includes('our own driver broke P1'));
    expect(ours).toHaveLength(count);
    expect(judged.scenarios[0]?.findings.map(({ requirement }) => requirement)).toContain('P1');
  },
);

test('a tenant that was not watched for long enough leaves its own scenario open, not its neighbours', async () => {
  const tenant = 'c'.repeat(32);
  const scenarioId = 'flows/two';
  const call = (id: string, op: string, end: Line): Line[] => [
    {
      ...{ stream: 'client', type: 'invoke', op, node: 'a', boot: 1, proc: 8, call: id },
      ...{ tenant, scenario: scenarioId },
    },
    { stream: 'client', type: 'ok', call: id, scenario: scenarioId, ...end },
  ];
  const more = [
    { stream: 'run', type: 'place', tenant, node: 'a', scenario: scenarioId },
    ...call('x1', 'attach', { status: 202 }),
    ...call('x2', 'tenant_status', { status: 200, seen: { state: 'Attaching' } }),
  ];
  const decides = ['P7'];
  const scenarios = [scenario('flows/one', { decides }), scenario('flows/two', { decides })];
  const judged = await judge('p7-attached-there.ok', scenarios, { more });
  expect(judged.harnessErrors).toEqual([]);
  expect(judged.properties.find(({ property }) => property === 'P7')?.outcome).toBe('undecided');
  expect(judged.scenarios.map(({ verdict }) => verdict)).toEqual(['pass', 'undecided']);
  expect(judged.scenarios[1]?.decisions.P7?.reason).toMatch(/not watched for long enough/);
});
