// Schemathesis, the best-known generic tool, on the same reference process as ours: cells of the contract matrix that its answers
// reach, its wall time and its alarms, which are false because the reference is right. Ours beside it. Says so where it
// can't be installed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { BenchRow } from '../row.ts';
import { installSchemathesis } from './install.ts';
import { measureOurs } from './ours.ts';
import type { Reached } from './reached.ts';
import { startReference } from './reference.ts';
import { measureTheirs } from './theirs.ts';

/** Rows of both; none of theirs without Python and its package index. */
export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'psc-bench-schemathesis-'));
  try {
    const program = await installSchemathesis();
    if (typeof program !== 'string') {
      process.stdout.write(`  Schemathesis left out: ${program.reason}\n`);
      return rows('ours', await measureOurs(folder));
    }
    await using reference = await startReference(folder);
    const theirs = await measureTheirs(program, reference, folder);
    return [...rows('Schemathesis', theirs), ...rows('ours', await measureOurs(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rows(name: string, reached: Reached): BenchRow[] {
  const { cells, wallS, exchanges, falseAlarms } = reached;
  return [
    { name: `${name}: cells reached`, value: cells, unit: 'of 92', limit: 92, ratio: cells / 92 },
    { name: `${name}: wall time`, value: wallS, unit: 's' },
    { name: `${name}: exchanges`, value: exchanges, unit: '' },
    {
      name: `${name}: false alarms`,
      value: falseAlarms,
      unit: '',
      target: 0,
      met: falseAlarms === 0,
    },
  ];
}
