// Forty attaches that nobody answered: counted by the fast checker, permuted by the generic search until it gives up.

import { checkHistory } from '../../src/check/index.ts';
import type { Model, Timed } from '../../src/check/linearizability/model.ts';
import { isLinearizable } from '../../src/check/linearizability/search.ts';
import type { HistoryLine } from '../../src/history/events.ts';
import type { BenchRow } from '../row.ts';

const PENDING = 40;

/** Wanted: milliseconds for the whole history (issue: bench figures). */
const TARGET_MS = 100;

/** Own limit of the generic search here, milliseconds. */
const SEARCH_MS = 2_000;

const TENANT = '1'.repeat(32);

/** The rows of this bench. */
export async function run(): Promise<BenchRow[]> {
  const lines = history();
  const times: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const start = performance.now();
    const report = await checkHistory(lines, { properties: ['machine'] });
    times.push(performance.now() - start);
    const { outcome } = report.properties.machine;
    if (outcome !== 'violated') throw new Error(`the machine says ${outcome}`);
  }
  const value = times.toSorted((left, right) => left - right)[4]!;
  const start = performance.now();
  const generic = isLinearizable(model, genericHistory(), {
    timeoutMs: SEARCH_MS,
    configurationsMax: 2_000_000,
  });
  const limit = performance.now() - start;
  const name = `${PENDING} pending attaches (generic search: ${generic})`;
  return [
    {
      name,
      value,
      unit: 'ms',
      limit,
      ratio: value / limit,
      target: TARGET_MS,
      met: value <= TARGET_MS,
    },
  ];
}

/** Each life of the tenant needs one of the pending attaches; one life too many. */
function history(): HistoryLine[] {
  const lines: Record<string, unknown>[] = [
    {
      stream: 'run',
      type: 'header',
      version: 1,
      wall: '2026-01-01T00:00:00.000Z',
      seed: 'bench',
      profile: 'documented',
      nodes: ['a'],
      target: 'bench',
      limits: { attach: 1e4, detach: 1e4, quiet: 2e3, api: 2e3, store: 2e4, stop: 1e4 },
      tap: true,
      versions: {},
    },
  ];
  const invoke = (op: string, proc: number): string => {
    const call = `c${lines.length}`;
    const base = { stream: 'client', type: 'invoke', node: 'a', boot: 1, tenant: TENANT };
    lines.push({ ...base, op, proc, call, variant: `v${proc % 3}` });
    return call;
  };
  const calls = Array.from({ length: PENDING }, (_, proc) => invoke('attach', proc + 2));
  for (const call of calls) {
    lines.push({ stream: 'client', type: 'info', call, error: 'timeout', phase: 'wait' });
  }
  for (let life = 0; life <= PENDING; life += 1) {
    const status = invoke('tenant_status', 1);
    lines.push({
      stream: 'client',
      type: 'ok',
      call: status,
      status: 200,
      seen: { state: 'Active' },
    });
    lines.push({ stream: 'client', type: 'ok', call: invoke('detach', 1), status: 200 });
  }
  lines.push({ stream: 'run', type: 'footer', lines: {} });
  return lines.map((line, i) => ({ i, t: i * 1e6, ...line })) as unknown as HistoryLine[];
}

type Operation = 'attach' | 'present' | 'detach';

const model: Model<boolean, Operation> = {
  init: () => false,
  isRead: (operation) => operation === 'present',
  step(present, operation) {
    if (operation === 'attach') return true;
    if (operation === 'detach') return present ? false : undefined;
    return present ? present : undefined;
  },
};

function genericHistory(): Timed<Operation>[] {
  const pending = Array.from({ length: PENDING }, (_, start) => ({
    operation: 'attach' as const,
    start,
    end: Infinity,
  }));
  const lives = Array.from({ length: PENDING + 1 }, (_, life) => [
    { operation: 'present' as const, start: 100 + 4 * life, end: 101 + 4 * life },
    { operation: 'detach' as const, start: 102 + 4 * life, end: 103 + 4 * life },
  ]);
  return [...pending, ...lives.flat()];
}
