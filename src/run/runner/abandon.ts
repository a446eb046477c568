// A worker thread that has done everything can still fail to end: Node then waits for ever for some request of it. What
// is left of such a thread is of no use to anybody, and its verdicts must not be lost with it.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { sleep } from '../../core/clock.ts';
import { findHistories } from '../result/history-names.ts';

/** So long a worker may take to end after its rig is closed, ms. It usually takes a few. */
const GRACE_MS = 500;
const PAUSE_MS = 250;
const TAIL_BYTES = 4_096;

/** What is waited for. */
export interface PhaseEnd {
  readonly outDir: string;
  /** `contract`, `faults-2`: part of the names of its histories. */
  readonly phase: string;
  /** True once every scenario has its result. */
  readonly hasAllResults: () => boolean;
  /** Aborted when the workers ended by themselves. */
  readonly signal: AbortSignal;
}

/** Resolves when all results are in, all rigs are closed, and the workers still have not ended; rejects with the signal. */
export async function untilAbandoned(end: PhaseEnd): Promise<'abandoned'> {
  for (;;) {
    await sleep(PAUSE_MS, end.signal);
    if (!end.hasAllResults() || !rigsAreClosed(end)) continue;
    await sleep(GRACE_MS, end.signal);
    return 'abandoned';
  }
}

function rigsAreClosed({ outDir, phase }: PhaseEnd): boolean {
  return findHistories(outDir)
    .filter((file) => basename(file).startsWith(`history-${phase}-`))
    .every((file) => tail(file).includes('"type":"footer"'));
}

function tail(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString();
  } finally {
    closeSync(fd);
  }
}
