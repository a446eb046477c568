// The exit code and the line that names all that hold, when a report can't be written.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { RunOutcome } from '../run/result/outcome.ts';
import { writeReports } from './write-reports.ts';

test.each<[number[], boolean, number, string]>([
  [[0], true, 0, ''],
  [[0], false, 4, 'exit: 4 (a report could not be written)\n'],
  [[6], false, 4, 'exit: 4 (a report could not be written), 6 (a MUST stayed undecided)\n'],
  [[1], false, 1, 'exit: 1 (a MUST is broken), 4 (a report could not be written)\n'],
  [[1], true, 1, 'exit: 1 (a MUST is broken)\n'],
])(
  'an outcome of %j whose reports can be written: %s',
  async (exitCodes, isWritable, code, line) => {
    const outDir = mkdtempSync(join(tmpdir(), 'psc-reports-'));
    try {
      // Nothing is written in the place of a folder.
      if (!isWritable) mkdirSync(join(outDir, 'result.json'));
      const stderr = new PassThrough();
      const io = { stdout: new PassThrough(), stderr, env: {} };
      const outcome = { exitCodes, outDir } as unknown as RunOutcome;
      expect(await writeReports(outcome, ['json'], io)).toBe(code);
      const text = String(stderr.read());
      expect(/^exit: .*\n/m.exec(text)?.[0] ?? '').toBe(line);
    } finally {
      rmSync(outDir, { recursive: true });
    }
  },
);
