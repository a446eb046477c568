// Which scenario killed which mutant. Only an order of trying: the verdict never depends on it.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package.ts';
import type { Kill } from './kill.ts';

const file = (): string => join(packageRoot(), 'fixtures', 'kills.json');

/** The remembered scenario of each mutant, by the mutant's name. */
export function readRemembered(): Readonly<Record<string, string>> {
  if (!existsSync(file())) return {};
  return JSON.parse(readFileSync(file(), 'utf8')) as Record<string, string>;
}

/** Remembers one kill by a scenario; the file is whole at every moment. */
export function rememberKill({ mutant, by }: Kill): void {
  if (!by?.includes('/')) return;
  const known = Object.entries({ ...readRemembered(), [mutant.name]: by });
  const sorted = Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole = `${file()}.${process.pid}`;
  writeFileSync(whole, `${JSON.stringify(sorted, null, 2)}\n`);
  renameSync(whole, file());
}
