// Names of history files: how a scenario's rig finds its file and a run finds them all.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Name of one rig's history. */
export const historyName = (phase: string, worker: number | string, rig: number): string =>
  `history-${phase}-${worker}-${rig}.ndjson`;

/** All histories of a run's folder, absolute, in a fixed order. */
export function findHistories(outDir: string): string[] {
  return readdirSync(outDir)
    .filter((name) => /^history-.*\.ndjson$/.test(name))
    .sort()
    .map((name) => join(outDir, name));
}
