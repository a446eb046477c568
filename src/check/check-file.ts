// Judges a history file while it is read: memory is bounded by what is live in the history, not by its length.

import { getHeapStatistics } from 'node:v8';
import {
  type HeaderLine,
  type HistoryDamage,
  type HistoryLine,
  type LineValidator,
  readHistoryBatches,
} from '../history/index.ts';
import { createPropertySweep } from './check-history.ts';
import { LATENESS_DEFAULT } from './reorder.ts';
import type { CheckOptions, HistoryReport } from './report.ts';

/** How to judge a file. */
export interface CheckFileOptions extends CheckOptions {
  /** Who judges many files gives each the same, which has its schemas compiled. */
  readonly validate?: LineValidator;
}

/** What a file came to. */
export interface FileReport {
  readonly report: HistoryReport;
  /** What is wrong with the file, with line numbers. */
  readonly damage: readonly HistoryDamage[];
  /** The first line, where it is readable. */
  readonly header: HeaderLine | undefined;
}

/** Longest time for one file: ten million lines take a few minutes. */
const TIMEOUT_DEFAULT_MS = 15 * 60_000;

/** Part of the heap that a sweep may fill: the rest is for what is read meanwhile. */
const HEAP_PART = 0.75;

/**
 * Judges a history file. Without limits of the caller's, those above hold; what they cut short is `undecided`. A file with lines
 * that come later than usual is read a second time, with a window as wide as they need. Throws UsageError when the file can't be read.
 */
export async function checkFile(file: string, options: CheckFileOptions = {}): Promise<FileReport> {
  const deadline = performance.now() + (options.timeoutMs ?? TIMEOUT_DEFAULT_MS);
  const heapBytesMax = options.heapBytesMax ?? getHeapStatistics().heap_size_limit * HEAP_PART;
  let window = LATENESS_DEFAULT;
  for (;;) {
    const timeoutMs = Math.max(0, deadline - performance.now());
    const { lateness, ...pass } = await sweepFile(file, window, {
      ...options,
      timeoutMs,
      heapBytesMax,
    });
    if (lateness <= window.latenessMax || performance.now() > deadline) return pass;
    window = { latenessMax: lateness, keptMax: Number.POSITIVE_INFINITY };
  }
}

interface Pass extends FileReport {
  /** How much older than an earlier line of the file a line is, at most, ns. */
  readonly lateness: number;
}

async function sweepFile(
  file: string,
  window: typeof LATENESS_DEFAULT,
  options: CheckFileOptions,
): Promise<Pass> {
  const damage: HistoryDamage[] = [];
  const sweep = createPropertySweep(options, window);
  let header: HeaderLine | undefined;
  let newest = Number.NEGATIVE_INFINITY;
  let lateness = 0;
  let told = 0;
  /** In its place among the lines: what came before it is judged as if it were whole. */
  const tell = (until: number): void => {
    for (; told < damage.length && damage[told]!.line <= until; told += 1) {
      sweep.damaged(damage[told]!.line, damage[told]!.message);
    }
  };
  const take = (line: HistoryLine): void => {
    tell(line.i + 1);
    newest = Math.max(newest, line.t);
    lateness = Math.max(lateness, newest - line.t);
    if (line.stream === 'run' && line.type === 'header') header ??= line;
    sweep.push(line);
  };
  for await (const lines of readHistoryBatches(file, damage, options.validate)) {
    for (const line of lines) take(line);
    if (sweep.isOver()) break;
  }
  tell(Number.POSITIVE_INFINITY);
  return { report: sweep.end(), damage, header, lateness };
}
