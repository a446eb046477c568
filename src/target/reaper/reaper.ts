// Our end of the reaper's pipe.

import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../../core/exit.ts';

/** Tells the reaper what to end and remove should we be gone. Any thread of this process can do so through the descriptor. */
export interface ReaperLine {
  addGroup(pid: number): void;
  /** The group has ended. */
  dropGroup(pid: number): void;
  addFolder(path: string): void;
  /** The folder was removed. */
  dropFolder(path: string): void;
  /** A file system is about to be mounted there. */
  addMount(path: string): void;
  /** It was unmounted. */
  dropMount(path: string): void;
}

/** The reaper of one run. Disposing closes the pipe and waits until it has cleared up what was left. */
export interface Reaper extends ReaperLine, AsyncDisposable {
  /** Descriptor of the pipe, for `reaperLine` in a worker thread. */
  readonly fd: number;
  readonly pid: number;
}

/**
 * Starts the reaper of a run. `runId` is the value of PSC_RUN in the environment of every process of the run. Throws HarnessError when it
 * can't be started.
 */
export async function startReaper(runId: string): Promise<Reaper> {
  const program = fileURLToPath(new URL('./reaper.sh', import.meta.url));
  // It must not carry the mark itself.
  const { PSC_RUN: _mark, ...env } = process.env;
  const child = spawn('sh', [program, runId], {
    detached: true,
    env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new HarnessError(`The reaper can't be started: ${cause.message}`, { cause }));
    });
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pipe = child.stdin as Socket;
  // A reaper that was ended by somebody must not end us with EPIPE.
  pipe.on('error', () => {});
  child.unref();
  pipe.unref();
  const fd = descriptorOf(pipe);
  return {
    fd,
    pid: child.pid!,
    ...reaperLine(fd),
    async [Symbol.asyncDispose]() {
      child.ref();
      pipe.end();
      await exited;
    },
  };
}

/** Speaks to the reaper through a descriptor that another thread of this process opened. */
export function reaperLine(fd: number): ReaperLine {
  const tell = (text: string): void => {
    try {
      writeSync(fd, `${text}\n`);
    } catch (error) {
      // Without a reaper we still clear up after ourselves.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
  };
  return {
    addGroup: (pid) => tell(`group ${pid}`),
    dropGroup: (pid) => tell(`drop-group ${pid}`),
    addFolder: (path) => tell(`folder ${path}`),
    dropFolder: (path) => tell(`drop-folder ${path}`),
    addMount: (path) => tell(`mount ${path}`),
    dropMount: (path) => tell(`drop-mount ${path}`),
  };
}

/** Node shows the descriptor of a child's pipe only on its handle. */
function descriptorOf(pipe: Socket): number {
  const fd = (pipe as unknown as { _handle?: { fd?: number } })._handle?.fd;
  if (fd === undefined || fd < 0) throw new HarnessError("The reaper's pipe has no descriptor");
  return fd;
}
