// The reaper: a small process, one for each run, that outlives it. Through its stdin it is told of process groups and
// temporary folders; when that pipe ends, however the run ended, it ends the groups and removes the folders, and is
// gone within two seconds. Lines: `group PID`, `drop-group PID`, `folder PATH`, `drop-folder PATH`.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** From SIGTERM to SIGKILL. Short: whoever is left here had its chance before. */
const GRACE_MS = 500;

/** How often it looks whether the groups are gone. */
const POLL_MS = 20;

const groups = new Set<number>();
const folders = new Set<string>();
const runId = process.argv[2] ?? '';

// A terminal's Ctrl-C or hang-up is for the run; we go by the pipe alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.on('error', () => {});

for await (const line of createInterface({ input: process.stdin })) take(line);
await endGroups();
for (const folder of folders) removeFolder(folder);

function take(line: string): void {
  const space = line.indexOf(' ');
  const argument = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case 'group':
      groups.add(Number(argument));
      break;
    case 'drop-group':
      groups.delete(Number(argument));
      break;
    case 'folder':
      folders.add(argument);
      break;
    case 'drop-folder':
      folders.delete(argument);
      break;
  }
}

async function endGroups(): Promise<void> {
  for (const pid of markedProcesses()) groups.add(pid);
  // A stopped process takes no SIGTERM until it goes on.
  signalAll('SIGTERM');
  signalAll('SIGCONT');
  for (let waited = 0; groups.size > 0 && waited < GRACE_MS; waited += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    signalAll(0);
  }
  // Also what was started while the rest was dying.
  for (const pid of markedProcesses()) groups.add(pid);
  signalAll('SIGKILL');
}

/** Signals each group (0 only asks) and forgets those that are gone. */
function signalAll(signal: NodeJS.Signals | 0): void {
  for (const pid of groups) {
    try {
      process.kill(-pid, signal);
    } catch {
      groups.delete(pid);
    }
  }
}

/**
 * Group leaders that carry this run's mark in their environment: the one that was started in the moment before we would have been told.
 * Only where /proc tells (Linux); elsewhere that moment stays open.
 */
function markedProcesses(): number[] {
  if (runId === '') return [];
  const mark = Buffer.from(`PSC_RUN=${runId}\0`);
  return listProc().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`).includes(mark) && isLeader(pid);
    } catch {
      return false;
    }
  });
}

/** Field 5 of stat is the group; what stands before the last bracket may hold spaces. */
function isLeader(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === pid;
}

function listProc(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch {
    // A folder that can't be removed is left; nobody is there to be told.
  }
}
