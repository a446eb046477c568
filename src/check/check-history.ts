// Judges a history: every property in one sweep over its lines (design section 6).

import type { HistoryLine } from '../history/events.ts';
import { sortLines } from '../history/sort.ts';
import { createJudge, type JudgeBench, type PropertySweep } from './judge.ts';
import { createReorder } from './reorder.ts';
import {
  type CheckOptions,
  type HistoryReport,
  PROPERTIES,
  type PropertyId,
  type PropertyReport,
} from './report.ts';
import { SWEEPS } from './sweeps.ts';

/** A history that is judged while it is recorded. */
export interface HistorySweep {
  /** The next line, in the order of the file; lines of the proxy may be a few seconds older than their neighbours. */
  push(line: HistoryLine): void;
  /** What a reader found wrong with the file; the history can't hold any more. */
  damaged(line: number, message: string): void;
  /** The history is over. Without its footer nothing holds: what can be judged is judged. */
  end(): HistoryReport;
}

/** Lines between two looks at the clock. */
const CLOCK_EVERY = 4096;

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

/** Starts a sweep that is fed line by line. */
export function createPropertySweep(options: CheckOptions = {}): HistorySweep {
  const sweep = createOrderedSweep(options);
  const reorder = createReorder(sweep.push, (line) =>
    sweep.damaged(line.i, 'it is more than two seconds older than its neighbours'),
  );
  return {
    push: reorder.push,
    damaged: sweep.damaged,
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
  const damage: { line: number; message: string }[] = [];
  const deadline =
    options.timeoutMs === undefined ? Infinity : performance.now() + options.timeoutMs;
  let footer = false;
  let ranOut = false;
  let count = 0;

  return {
    push(line) {
      count += 1;
      if (count % CLOCK_EVERY === 0 && performance.now() > deadline) ranOut = true;
      if (ranOut) return;
      if (line.stream === 'run' && line.type === 'footer') footer = true;
      const call = bench.see(line);
      for (const sweep of sweeps) sweep.line(line, call);
    },
    damaged: (line, message) => void damage.push({ line, message }),
    end() {
      if (!footer && !ranOut) {
        damage.push({ line: count, message: 'the footer is missing: the run was cut off' });
      }
      for (const sweep of sweeps) sweep.end(footer);
      const cut = ranOut ? 'our own limit of time is over' : damage[0]?.message;
      return reportOf(bench, sweeps, damage, cut, options);
    },
  };
}

function reportOf(
  bench: JudgeBench,
  sweeps: readonly PropertySweep[],
  damage: readonly { line: number; message: string }[],
  cut: string | undefined,
  options: CheckOptions,
): HistoryReport {
  const properties = {} as Record<PropertyId, PropertyReport>;
  for (const id of PROPERTIES) {
    const sweep = sweeps.find((each) => each.id === id);
    properties[id] = sweep
      ? propertyOf(sweep, bench, cut, options)
      : { outcome: 'undecided', reason: 'not asked for', findings: [], deciding: 0 };
  }
  return {
    properties,
    tenants: bench.tenants(),
    controls: bench.controls,
    ...(damage.length > 0 ? { damaged: damage } : {}),
  };
}

function propertyOf(
  sweep: PropertySweep,
  bench: JudgeBench,
  cut: string | undefined,
  options: CheckOptions,
): PropertyReport {
  const findings = bench.findings.get(sweep.id) ?? [];
  const deciding = sweep.deciding();
  const counts = findings.filter(
    ({ level, kind }) => level === 'fail' && (kind === 'server' || sweep.id === 'P1'),
  );
  const first = counts.find(({ kind }) => kind !== 'document');
  if (first) return { outcome: 'violated', reason: first.message, findings, deciding };
  const unsupported = sweep.unsupported?.();
  if (unsupported !== undefined) {
    return { outcome: 'unsupported', reason: unsupported, findings, deciding };
  }
  const reason =
    cut ?? sweep.undecided?.() ?? (deciding === 0 ? 'no event to which it applies' : undefined);
  if (reason === undefined) return { outcome: 'holds', findings, deciding };
  const concerned = cut === undefined && deciding > 0 ? sweep.undecidedIn?.() : undefined;
  const without = deciding === 0 && options.without?.includes('tap') && sweep.unsupported;
  return {
    outcome: without ? 'unsupported' : 'undecided',
    reason,
    findings,
    deciding,
    ...(concerned ? { undecidedIn: concerned } : {}),
  };
}
