// The run's two folders: reports that stay, temporary data that goes.

import { randomBytes, randomInt } from 'node:crypto';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HarnessError, UsageError } from '../../core/exit.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { findHistories, REPORT_FILES } from '../result/history-names.ts';

/** Folders of one run; disposing removes the temporary one. */
export interface RunFolder extends Disposable {
  /** Histories and reports; absolute. */
  readonly outDir: string;
  /** Data of nodes, keys, sockets; removed at the end. */
  readonly tempDir: string;
  /** Marks every process of the run (PSC_RUN). */
  readonly runId: string;
}

/** Makes both, without the histories, reports and logs of an earlier run; a folder that can't be written is exit 4 before anything is run. */
export function openOutDir(out: string | undefined, started: Date): RunFolder {
  const stamp = started.toISOString().replaceAll(':', '').slice(0, 17);
  const runId = `${stamp}-${randomBytes(3).toString('hex')}`;
  const outDir = resolve(out ?? join('reports', runId));
  try {
    makeFolder(outDir);
    accessSync(outDir, constants.W_OK);
    // Root passes every access check, also on a read-only file system: only a write tells.
    writeFileSync(join(outDir, '.probe'), '');
    rmSync(join(outDir, '.probe'));
    // What an earlier run left under our names would be judged as this one's, or stay as its verdict should this one be killed.
    for (const history of findHistories(outDir)) rmSync(history);
    for (const report of REPORT_FILES) rmSync(join(outDir, report), { force: true });
    rmSync(join(outDir, 'logs'), { recursive: true, force: true });
  } catch (error) {
    throw new HarnessError(
      `The folder of the run can't be written: ${outDir} (${(error as NodeJS.ErrnoException).code}). Name another one with --out.`,
    );
  }
  const tempDir = mkdtempSync(join(tmpdir(), 'pageserver-conformance-'));
  return {
    outDir,
    tempDir,
    runId,
    [Symbol.dispose]: () => rmSync(tempDir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The seed: as given, or drawn and told so that the run can be repeated. */
export function chooseSeed(given: string | undefined): string {
  if (given === undefined) return String(randomInt(2 ** 32));
  if (!/^[\w.-]{1,64}$/.test(given)) {
    throw new UsageError(
      `--seed takes up to 64 letters, digits, dots and dashes; it was "${given}".`,
    );
  }
  return given;
}
