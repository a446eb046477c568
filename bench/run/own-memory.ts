// Memory of the program's own processes: runner, reaper and engine, without the reference that it judges.

import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of the process and all that it started, but the target's nodes, MB; 0 where the system does not tell. */
export function ownMemoryMb(pid: number): number {
  const children = Map.groupBy(readProcesses(), (one) => one.parent);
  const total = (one: number): number =>
    residentKb(one) +
    (children.get(one) ?? [])
      .filter(({ command }) => !command.includes('fixtures/pageserver'))
      .reduce((sum, child) => sum + total(child.pid), 0);
  return total(pid) / 1024;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function readProcesses(): Process[] {
  const pids = listProc();
  return pids.map((pid) => {
    const stat = read(`/proc/${pid}/stat`);
    // What stands before the last bracket may hold spaces; the parent is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { pid, parent, command: read(`/proc/${pid}/cmdline`) };
  });
}

function listProc(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

const residentKb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
