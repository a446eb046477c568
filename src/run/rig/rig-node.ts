// A node of the rig as scenarios see it: where it is, and what can be done to its process.

import type { NodeId } from '../../history/index.ts';
import type { NodeExit } from '../../target/index.ts';
import type { SmallDisk } from './small-disk.ts';

/** `down` also before the first start. `remote`: runs somewhere by itself. */
export type NodeState = 'down' | 'starting' | 'up' | 'paused' | 'remote';

/** A process ended that nobody had asked to (judging section 5). */
export interface UnaskedExit {
  readonly node: NodeId;
  readonly boot: number;
  /** History time of the exit line. */
  readonly t: number;
  readonly exit: NodeExit;
}

/** How a boot is started. */
export interface StartOptions {
  /** More environment for this boot only: a hook's switches. */
  readonly env?: Readonly<Record<string, string>>;
  /** `spawned` resolves as soon as the process exists, for those who strike while it starts. Default `ready`. */
  readonly until?: 'spawned' | 'ready';
}

/** How a boot is ended. */
export interface StopOptions {
  /** Store requests that are held now are kept, to commit after the death on purpose (judging section 3). */
  readonly keepHeld?: boolean;
}

/** What became of a second process on a node's data folder. */
export type DoubleBoot =
  | { readonly kind: 'refused'; readonly boot: number; readonly reason: string }
  | {
      readonly kind: 'running';
      readonly boot: number;
      readonly url: string;
      /** Ends it with SIGKILL and waits until it is settled. */
      kill(): Promise<void>;
    };

/** One node. On a target that we do not start, everything that needs a process throws UnsupportedError. */
export interface RigNode {
  readonly id: NodeId;
  /** 0 for a, 1 for b. */
  readonly index: number;
  readonly state: NodeState;
  /** The boot that runs or ran last; 0 before the first, always 1 for `remote`. */
  readonly boot: number;
  /** Origin of its API, past every proxy, without a slash at the end. Throws HarnessError before the first start. */
  readonly url: string;
  /** Its data folder; the same for all boots. */
  readonly dir: string;
  /** Why it can't be started any more; undefined while there is hope. */
  readonly loss: Error | undefined;
  /** Starts it if it is down and waits until it is ready. Throws TargetError when it can't be. */
  ensureUp(): Promise<void>;
  /** The next boot, on the data that is there. Throws TargetError when it can't be started. */
  start(options?: StartOptions): Promise<void>;
  /** SIGTERM, after `limits.stop` SIGKILL; resolves when it is dead, settled and recorded. */
  terminate(options?: StopOptions): Promise<NodeExit & { readonly escalated: boolean }>;
  /** SIGKILL; resolves when it is dead, settled and recorded. */
  kill(options?: StopOptions): Promise<NodeExit>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Ends it if it runs (default SIGTERM) and starts it on the same data. */
  restart(how?: 'terminate' | 'kill', options?: StartOptions): Promise<void>;
  /** Empties its data folder, whatever stands in its place; the node must be down. */
  emptyDisk(): void;
  /** Puts a plain file where its data folder stands, whether or not it runs, until `mendDisk`, `emptyDisk` or `renew`. */
  spoilDisk(): void;
  /** Puts the data folder that `spoilDisk` took away back, as it was. */
  mendDisk(): void;
  /** Puts its data folder on a small disk, to be filled, until that is closed; the node must be down both times. */
  smallDisk(): SmallDisk;
  /** A new node with the same name: killed, emptied, started. */
  renew(options?: StartOptions): Promise<void>;
  /** Starts a second process on the same data folder, at another port. The first stays the node's own. */
  doubleBoot(): Promise<DoubleBoot>;
}
