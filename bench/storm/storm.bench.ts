// Faulted flows that storms bring about in a minute, against the two-node reference: a run of 20 s on one worker.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runConformance } from '../../src/run/conformance.ts';
import type { BenchRow } from '../row.ts';

const BUDGET_MS = 20_000;

/** Wanted: faulted flows a minute (issue: bench figures). */
const TARGET = 120;

const SILENT = { note() {}, begin() {}, again() {}, start() {}, result() {} };

/** One row for each storm scenario. */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'psc-bench-storm-'));
  try {
    const { scenarios } = await runConformance(
      {
        globs: [],
        suite: ['storm'],
        out: join(folder, 'run'),
        seed: 'bench',
        profile: 'documented',
        toxiproxy: 'embedded',
        budget: BUDGET_MS,
        workers: 1,
        without: [],
        shrink: 0,
        failFast: false,
        allowData: false,
      },
      SILENT,
      process.env,
    );
    const wrong = scenarios.find(({ verdict }) => verdict !== 'pass');
    if (wrong) throw new Error(`${wrong.id} came to ${wrong.verdict}`);
    const flows = scenarios.reduce((sum, { faultedFlows }) => sum + faultedFlows, 0);
    const minutes = scenarios.reduce((sum, { durationMs }) => sum + durationMs, 0) / 60_000;
    const value = flows / minutes;
    const name = `faulted flows of storms (${flows} in ${(minutes * 60).toFixed(0)} s)`;
    return [{ name, value, unit: '1/min', target: TARGET, met: value >= TARGET }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
