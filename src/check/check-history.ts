// Judges a history: every property in one sweep over its lines (design section 6).

import type { HistoryLine } from '../history/events.ts';
import { sortLines } from '../history/sort.ts';
import { createGuard } from './guard.ts';
import { createJudge, type JudgeBench, type PropertySweep } from './judge.ts';
import { PROPERTIES, type PropertyId } from './property-id.ts';
import { createReorder, LATENESS_DEFAULT, type Lateness } from './reorder.ts';
import type { CheckOptions, HistoryReport, PropertyReport } from './report.ts';
import { countShares, type ShareCount } from './shares.ts';
import { SWEEPS } from './sweeps.ts';

/** A history that is judged while it is recorded. */
export interface HistorySweep {
  /** The next line, in the order of the file; lines of the proxy may be a few seconds older than their neighbours. */
  push(line: HistoryLine): void;
  /**
   * What a reader found wrong with the file; the history can't hold any more. What is pushed after it is judged without what was
   * lost, so that what it seems to break is told as `unclear`.
   */
  damaged(line: number, message: string): void;
  /** True once a limit of our own is hit: what is pushed from now on is not looked at. */
  isOver(): boolean;
  /** The history is over. Without its footer nothing holds: what can be judged is judged. */
  end(): HistoryReport;
}

/** Lines between two looks at our own limits. */
const GUARD_EVERY = 4096;

/** Lines between two turns of the event loop, when a history is checked in one go. */
const YIELD_EVERY = 65_536;

/**
 * Judges the lines of a history. Takes them in the order of the file, arrays and streams alike; memory is bounded by what
 * is live, not by the length. Never throws for what the lines say.
 */
export async function checkHistory(
  lines: Iterable<HistoryLine> | AsyncIterable<HistoryLine>,
  options: CheckOptions = {},
): Promise<HistoryReport> {
  if (Array.isArray(lines)) return checkArray(lines, options);
  const sweep = createPropertySweep(options);
  let count = 0;
  if (Symbol.asyncIterator in lines) {
    for await (const line of lines) sweep.push(line);
    return sweep.end();
  }
  for (const line of lines) {
    sweep.push(line);
    count += 1;
    if (count % YIELD_EVERY === 0) await new Promise(setImmediate);
  }
  return sweep.end();
}

/** Lines that are all there are put in order at once, however late they were written. */
async function checkArray(
  lines: readonly HistoryLine[],
  options: CheckOptions,
): Promise<HistoryReport> {
  const sorted = isSorted(lines) ? lines : sortLines(lines);
  const sweep = createOrderedSweep(options);
  for (let index = 0; index < sorted.length; index += 1) {
    sweep.push(sorted[index]!);
    if ((index + 1) % YIELD_EVERY === 0) await new Promise(setImmediate);
  }
  return sweep.end();
}

function isSorted(lines: readonly HistoryLine[]): boolean {
  for (let index = 1; index < lines.length; index += 1) {
    const left = lines[index - 1]!;
    const right = lines[index]!;
    if (left.t > right.t || (left.t === right.t && left.i > right.i)) return false;
  }
  return true;
}

/** Starts a sweep that is fed line by line. Lines may be out of order by as much as `lateness` allows. */
export function createPropertySweep(
  options: CheckOptions = {},
  lateness: Lateness = LATENESS_DEFAULT,
): HistorySweep {
  const sweep = createOrderedSweep(options);
  const seconds = lateness.latenessMax / 1e9;
  let isTorn = false;
  const late = (line: HistoryLine): void => {
    // After a tear a line more that is lost makes nothing worse.
    if (!isTorn) sweep.damaged(line.i, `it is more than ${seconds} s older than its neighbours`);
  };
  const reorder = createReorder(sweep.push, late, lateness);
  return {
    ...sweep,
    push: reorder.push,
    damaged(line, message) {
      // What came before it in the file is whole.
      reorder.flush();
      isTorn = true;
      sweep.damaged(line, message);
    },
    end() {
      reorder.flush();
      return sweep.end();
    },
  };
}

/** A sweep over lines that come in order of (t, i). */
function createOrderedSweep(options: CheckOptions): HistorySweep {
  const bench = createJudge(options.profile);
  const wanted = options.properties ?? PROPERTIES;
  const sweeps = SWEEPS.filter(([id]) => wanted.includes(id)).map(([, create]) =>
    create(bench.judge),
  );
  const shares = countShares(sweeps, bench);
  const damage: { line: number; message: string }[] = [];
  const guard = createGuard(options);
  let footer = false;
  let ranOut: string | undefined;
  let count = 0;

  return {
    push(line) {
      count += 1;
      if (count % GUARD_EVERY === 0) ranOut ??= guard();
      if (ranOut !== undefined) return;
      if (damage.length > 0) bench.tear();
      if (line.stream === 'run' && line.type === 'footer') footer = true;
      const call = bench.see(line);
      shares.see(line, call);
      for (const sweep of sweeps) sweep.line(line, call);
    },
    damaged: (line, message) => void damage.push({ line, message }),
    isOver: () => ranOut !== undefined,
    end() {
      if (!footer && ranOut === undefined) {
        damage.push({ line: count, message: 'the footer is missing: the run was cut off' });
      }
      shares.end();
      for (const sweep of sweeps) sweep.end(footer);
      const cut = ranOut ?? damage[0]?.message;
      return reportOf(bench, sweeps, { damage, cut, shares });
    },
  };
}

interface Ending {
  readonly damage: readonly { line: number; message: string }[];
  /** Why nothing can hold any more. */
  readonly cut: string | undefined;
  readonly shares: ShareCount;
}

function reportOf(
  bench: JudgeBench,
  sweeps: readonly PropertySweep[],
  { damage, cut, shares }: Ending,
): HistoryReport {
  const properties = {} as Record<PropertyId, PropertyReport>;
  for (const id of PROPERTIES) {
    const sweep = sweeps.find((each) => each.id === id);
    properties[id] = sweep
      ? { ...propertyOf(sweep, bench, cut), shares: shares.of(id) }
      : { outcome: 'undecided', reason: 'not asked for', findings: [], deciding: 0, shares: {} };
  }
  return {
    properties,
    tenants: bench.tenants(),
    scenarios: shares.scenarios(),
    controls: bench.controls,
    ...(damage.length > 0 ? { damaged: damage } : {}),
  };
}

function propertyOf(
  sweep: PropertySweep,
  bench: JudgeBench,
  cut: string | undefined,
): Omit<PropertyReport, 'shares'> {
  const findings = bench.findings.get(sweep.id) ?? [];
  const deciding = sweep.deciding();
  const counts = findings.filter(
    ({ level, kind }) => level === 'fail' && (kind === 'server' || sweep.id === 'P1'),
  );
  const first = counts.find(({ kind }) => kind !== 'document');
  if (first) return { outcome: 'violated', reason: first.message, findings, deciding };
  const lack = sweep.unsupported?.();
  if (lack !== undefined) return { outcome: 'unsupported', ...lack, findings, deciding };
  const reason =
    cut ?? sweep.undecided?.() ?? (deciding === 0 ? 'no event to which it applies' : undefined);
  if (reason === undefined) return { outcome: 'holds', findings, deciding };
  const open = cut === undefined ? openOf(sweep, bench) : undefined;
  return { outcome: 'undecided', reason, findings, deciding, ...(open ? { open } : {}) };
}

/** Whose tenants left it open; undefined where that can't be told of all of them. */
function openOf(sweep: PropertySweep, bench: JudgeBench): Record<string, string> | undefined {
  const open: Record<string, string> = {};
  for (const [tenant, reason] of bench.open.get(sweep.id) ?? []) {
    const scenario = bench.scenarioOf(tenant);
    if (scenario === undefined) return undefined;
    open[scenario] = reason;
  }
  return Object.keys(open).length > 0 ? open : undefined;
}
