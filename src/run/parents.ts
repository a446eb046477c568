// Under npx nobody hears that npm was killed: between it and us there is a shell, and no signal reaches us. So the processes
// above us, up to npm, are looked at now and then.

import { readFileSync } from 'node:fs';

/** Between two looks, ms: with what follows a run is over two seconds after npm. */
const LOOK_MS = 500;
/** npm, its shell, ours: no more stand between. */
const GENERATIONS_MAX = 4;

/**
 * Calls back once when npm, which started us, or a process between it and us has gone. Does nothing where npm did not start
 * us: a run in the background outlives its terminal if its user wants so.
 */
export function onNpmGone(env: NodeJS.ProcessEnv, gone: () => void): Disposable {
  const parents = env.npm_command === undefined ? [] : parentsUpToNpm();
  const timer = setInterval(() => {
    if (parents.every(({ pid, started }) => readProcess(pid)?.started === started)) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS);
  timer.unref();
  if (parents.length === 0) clearInterval(timer);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks from the system's start: with the id it names one process. */
  readonly started: string;
  readonly command: string;
}

/** Our parents up to npm; none where npm is not among them. */
function parentsUpToNpm(): readonly ProcessFacts[] {
  const parents: ProcessFacts[] = [];
  let pid = process.ppid;
  while (parents.length < GENERATIONS_MAX) {
    const one = readProcess(pid);
    if (!one) return [];
    parents.push(one);
    if (/\bnp[mx]\b/.test(one.command.split(' -c ', 1)[0]!)) return parents;
    pid = one.parent;
  }
  return [];
}

/** undefined where it is gone, or where the system does not tell (no /proc). */
function readProcess(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // What stands before the last bracket may hold spaces; then fields 3 (state), 4 (parent), … 22 (start).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(fields[1]), started: fields[19]!, command };
  } catch {
    return undefined;
  }
}
