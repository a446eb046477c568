// A node's process that runs: signals go to its whole group, and its end is noticed whoever caused it.

import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import type { NodeId } from '../../history/events.ts';

/** How a process ended. */
export interface NodeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when we had asked for it (terminate or kill). */
  readonly asked: boolean;
}

/** One boot of one node. Life cycle: running (maybe paused) → exited; signals after the exit do nothing. */
export interface RunningNode {
  readonly node: NodeId;
  readonly boot: number;
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  /** Origin of its HTTP API, without a slash at the end. */
  readonly url: string;
  /** Its data folder. */
  readonly dir: string;
  /** Resolves when the process was reaped; never rejects. */
  readonly exited: Promise<NodeExit>;
  /** Set once it was reaped. */
  readonly exit: NodeExit | undefined;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /**
   * SIGTERM, and SIGKILL when `limits.stop` has passed; `escalated` tells whether that was needed, and `onEscalate` is
   * called just before.
   */
  terminate(onEscalate?: () => void): Promise<NodeExit & { readonly escalated: boolean }>;
  /** SIGKILL. */
  kill(): Promise<NodeExit>;
}

/** What a running node is made from. */
export interface RunningNodeOptions {
  readonly child: ChildProcess;
  readonly node: NodeId;
  readonly boot: number;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  readonly stopMs: number;
  /** Called once it was reaped and its group is empty. */
  readonly onExit: () => void;
}

/** Wraps a child that has been spawned as the leader of a group of its own. */
export function createRunningNode(options: RunningNodeOptions): RunningNode {
  const { child } = options;
  const pid = child.pid!;
  let asked = false;
  let exit: NodeExit | undefined;

  const signalGroup = (signal: NodeJS.Signals): void => {
    if (exit === undefined) killGroup(pid, signal);
  };
  const exited = new Promise<NodeExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal, asked };
      // What the leader left behind goes with it.
      killGroup(pid, 'SIGKILL');
      options.onExit();
      resolve(exit);
    });
  });
  async function terminate(onEscalate?: () => void): Promise<NodeExit & { escalated: boolean }> {
    asked = true;
    signalGroup('SIGTERM');
    let escalated = false;
    const timer = setTimeout(() => {
      escalated = true;
      onEscalate?.();
      signalGroup('SIGKILL');
    }, options.stopMs);
    const end = await exited;
    clearTimeout(timer);
    return { ...end, escalated };
  }
  return {
    node: options.node,
    boot: options.boot,
    pid,
    host: options.host,
    port: options.port,
    url: `http://${options.host}:${options.port}`,
    dir: options.dir,
    exited,
    get exit() {
      return exit;
    },
    pause: () => signalGroup('SIGSTOP'),
    resume: () => signalGroup('SIGCONT'),
    terminate,
    kill() {
      asked = true;
      signalGroup('SIGKILL');
      return exited;
    },
  };
}

/** Sends a signal to a process group; a group that is gone is no error. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
