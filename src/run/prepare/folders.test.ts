// The folder of a run holds what belongs to that run.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOutDir } from './folders.ts';

test('histories, reports and logs of an earlier run go, other files stay', () => {
  const out = mkdtempSync(join(tmpdir(), 'psc-folders-'));
  try {
    mkdirSync(join(out, 'logs', 'faults-1'), { recursive: true });
    const gone = ['history-faults-1-1.ndjson', 'result.json', 'junit.xml'];
    for (const name of [...gone, 'notes.txt', 'logs/faults-1/a-1.stderr.log']) {
      writeFileSync(join(out, name), 'old');
    }
    using folder = openOutDir(out, new Date());
    expect(folder.outDir).toBe(out);
    for (const name of gone) expect(existsSync(join(out, name)), name).toBe(false);
    expect(existsSync(join(out, 'logs'))).toBe(false);
    expect(existsSync(join(out, 'notes.txt'))).toBe(true);
  } finally {
    rmSync(out, { recursive: true });
  }
});
