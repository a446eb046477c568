// Names of a run's files: how a scenario's rig finds its history, and a run finds what an earlier one left.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Name of one rig's history. */
export const historyName = (phase: string, worker: number | string, rig: number): string =>
  `history-${phase}-${worker}-${rig}.ndjson`;

/** Names of the reports that a run may leave beside its histories. */
export const REPORT_FILES = ['result.json', 'junit.xml'] as const;

/** All histories of a run's folder, absolute, in a fixed order. */
export function findHistories(outDir: string): string[] {
  return readdirSync(outDir)
    .filter((name) => /^history-.*\.ndjson$/.test(name))
    .sort()
    .map((name) => join(outDir, name));
}
