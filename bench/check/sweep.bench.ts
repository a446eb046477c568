// The dual-writer sweep (P1-P3): events a second, and how time and memory grow with the history.

import { checkHistory } from '../../src/check/index.ts';
import type { BenchRow } from '../row.ts';
import { traffic } from './traffic.ts';

const DUAL_WRITER = ['P1', 'P2', 'P3'] as const;

/** Events in memory for the figure of speed. */
const EVENTS = 500_000;

/** Lengths of the streamed histories. */
const LENGTHS = [1e3, 1e4, 1e5, 1e6, 1e7] as const;

/** Wanted: events a second (issue: bench figures). */
const SPEED_TARGET = 1_000_000;

/** Wanted: heap after ten million events, MB, and time per event against that of 10^5. */
const HEAP_TARGET_MB = 200;
const GROWTH_TARGET = 1.5;

/** The rows of this bench. */
export async function run(): Promise<BenchRow[]> {
  return [await speed(), ...(await growth())];
}

async function speed(): Promise<BenchRow> {
  const lines = [...traffic(EVENTS)];
  const speeds: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const start = performance.now();
    const report = await checkHistory(lines, { properties: DUAL_WRITER });
    speeds.push((lines.length / (performance.now() - start)) * 1000);
    if (report.properties.P2.outcome !== 'holds') throw new Error('the traffic is not clean');
  }
  const value = median(speeds);
  const met = value >= SPEED_TARGET;
  return { name: 'dual-writer sweep', value, unit: 'events/s', target: SPEED_TARGET, met };
}

async function growth(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const perEvent = new Map<number, number>();
  let heapMb = 0;
  for (const length of LENGTHS) {
    const start = performance.now();
    const { highMb } = await stream(length);
    const nanoseconds = ((performance.now() - start) / length) * 1e6;
    perEvent.set(length, nanoseconds);
    heapMb = highMb;
    rows.push({
      name: `streamed, ${length.toExponential(0)} events`,
      value: nanoseconds,
      unit: 'ns/event',
    });
  }
  const ratio = perEvent.get(1e7)! / perEvent.get(1e5)!;
  rows.push({
    name: 'time per event, 1e7 against 1e5',
    value: ratio,
    unit: 'x',
    target: GROWTH_TARGET,
    met: ratio <= GROWTH_TARGET,
  });
  rows.push({
    name: 'live heap near the end of 1e7 events',
    value: heapMb,
    unit: 'MB',
    target: HEAP_TARGET_MB,
    met: heapMb <= HEAP_TARGET_MB,
  });
  return rows;
}

/** Sweeps a streamed history and looks at the live heap shortly before its end. */
async function stream(length: number): Promise<{ highMb: number }> {
  let highMb = 0;
  function* watched() {
    let count = 0;
    for (const line of traffic(length)) {
      count += 1;
      if (count === Math.floor(length * 0.95)) {
        globalThis.gc?.();
        highMb = process.memoryUsage().heapUsed / 1e6;
      }
      yield line;
    }
  }
  await checkHistory(watched(), { properties: DUAL_WRITER });
  return { highMb };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
