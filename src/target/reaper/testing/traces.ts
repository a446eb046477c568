// What a run leaves on the machine: processes that carry its mark, and entries of its temporary folder.

import { readdirSync, readFileSync } from 'node:fs';

/** A process of a run. */
export interface Trace {
  readonly pid: number;
  readonly command: string;
}

/**
 * Live processes whose environment holds `entry` (`NAME=value`): what a program was started with is inherited by all that it starts,
 * so an entry of our own finds them all. Linux only.
 */
export function processesWith(entry: string): Trace[] {
  const found: Trace[] = [];
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const environment = read(`/proc/${pid}/environ`);
    if (!environment.split('\0').includes(entry) || isDead(pid)) continue;
    found.push({ pid, command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** Values of PSC_RUN among these processes. */
export function runMarks(traces: readonly Trace[]): Set<string> {
  const marks = traces.flatMap(({ pid }) =>
    read(`/proc/${pid}/environ`)
      .split('\0')
      .filter((entry) => entry.startsWith('PSC_RUN=')),
  );
  return new Set(marks);
}

/** Entries of a temporary folder but compiled code, which is kept on purpose. */
export const leftIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => !name.includes('cache'));

function isDead(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' || /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
