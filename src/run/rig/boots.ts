// The boots of one node: how each is launched, and how its death is recorded.
//
// A death is recorded only when the process is reaped, its connections are cut at proxy and tap, and the tap has
// settled each request that it had sent (judging section 3).

import type { HistoryWriter, ProcessLine } from '../../history/index.ts';
import type { Store } from '../../store/index.ts';
import {
  type NodeExit,
  type NodePlace,
  type NodeStore,
  type ProcessTarget,
  type ReaperLine,
  type RunningNode,
  startNode,
} from '../../target/index.ts';
import type { RigFolders } from './folders.ts';
import type { RigLane } from './lane.ts';
import type { UnaskedExit } from './rig-node.ts';

/** What a node shares with its rig. */
export interface NodeHost {
  readonly target: ProcessTarget;
  readonly history: HistoryWriter;
  readonly store: Store;
  readonly lane: RigLane | undefined;
  readonly folders: RigFolders;
  readonly publicKeyFile: string | undefined;
  readonly logDir: string;
  readonly runId: string;
  readonly reaper: ReaperLine | undefined;
  /** Aborts when the rig is closed. */
  readonly signal: AbortSignal;
  onUnaskedExit(exit: UnaskedExit): void;
}

/** One boot, from its spawn on. */
export interface Boot {
  readonly running: RunningNode;
  ready: boolean;
  /** At its death the tap keeps what it holds. */
  keepHeld: boolean;
  /** A second process on one folder may give up at any time: its exit counts as asked for. */
  readonly second: boolean;
  /** Resolves when it is dead, settled and recorded. */
  readonly buried: Promise<NodeExit>;
}

/** Where one boot listens, and what else it is given. */
export interface LaunchOptions {
  readonly port: number;
  readonly pgPort: number;
  /** Environment for this boot only. */
  readonly env: Readonly<Record<string, string>>;
  /** It is started beside another process on the same folder. */
  readonly second?: true;
  /** Called when the process exists. */
  readonly onSpawn: (boot: Boot) => void;
}

/** Nodes listen here. */
export const NODE_HOST = '127.0.0.1';

/** All boots of one node, numbered from 1. */
export class Boots {
  readonly #node: { readonly id: string; readonly index: number };
  readonly #host: NodeHost;
  readonly #onUnaskedExit: (boot: Boot) => void;
  readonly #all: Boot[] = [];
  #last = 0;

  /** `onUnaskedExit` is called when the exit of a boot that was ready has been recorded. */
  constructor(
    node: { readonly id: string; readonly index: number },
    host: NodeHost,
    onUnaskedExit: (boot: Boot) => void,
  ) {
    this.#node = node;
    this.#host = host;
    this.#onUnaskedExit = onUnaskedExit;
  }

  /** Number of the newest; 0 before the first. */
  get last(): number {
    return this.#last;
  }
  /** Those whose process exists or existed. */
  get all(): readonly Boot[] {
    return this.#all;
  }

  /** Starts the next boot; resolves when it is ready. Throws as `startNode` does. */
  async launch(options: LaunchOptions): Promise<Boot> {
    const { target, logDir, runId, reaper, signal } = this.#host;
    this.#last += 1;
    const number = this.#last;
    let boot: Boot | undefined;
    await startNode({
      target,
      place: await this.#place(number, options),
      boot: number,
      logDir,
      runId,
      signal,
      environment: { defaults: this.#compileCache(), overrides: options.env },
      ...(reaper === undefined ? {} : { reaper }),
      onSpawn: (running) => {
        boot = this.#spawned(running, options.second ?? false);
        options.onSpawn(boot);
      },
      onGiveUp: () => this.record(boot!, 'kill'),
    });
    boot!.ready = true;
    this.record(boot!, 'ready');
    return boot!;
  }

  /** Waits until every boot that has ended is recorded, and ends with SIGKILL those that have not. */
  async end(): Promise<void> {
    for (const boot of this.#all) {
      if (boot.running.exit === undefined) {
        this.record(boot, 'kill');
        void boot.running.kill();
      }
    }
    await Promise.all(this.#all.map((boot) => boot.buried));
  }

  /** Writes a line about a boot. */
  record(boot: Boot, type: ProcessLine['type']): void {
    const { boot: number, pid } = boot.running;
    const node = this.#node.id;
    this.#host.history.record({ stream: 'process', type, node, boot: number, pid });
  }

  #spawned(running: RunningNode, second: boolean): Boot {
    const boot: Boot = {
      running,
      ready: false,
      keepHeld: false,
      second,
      buried: running.exited.then((exit) => this.#bury(boot, exit)),
    };
    // Whoever waits for the end hears of a failure there; it must not end the worker when nobody waits yet.
    boot.buried.catch(() => {});
    this.#all.push(boot);
    this.record(boot, 'spawn');
    return boot;
  }

  async #bury(boot: Boot, exit: NodeExit): Promise<NodeExit> {
    const { history, lane, store } = this.#host;
    const { node, boot: number, pid } = boot.running;
    const { keepHeld, second } = boot;
    // A second process shares its links with the first, which lives on.
    if (!second) await lane?.cutNode(node, number, { keepHeld });
    await store.settle(node, number, { keepHeld });
    const asked = exit.asked || second;
    const line = {
      stream: 'process',
      type: 'exit',
      node,
      boot: number,
      pid,
      ...exit,
      asked,
    } as const;
    const t = history.record(line);
    if (!asked && boot.ready) {
      this.#host.onUnaskedExit({ node, boot: number, t, exit });
      this.#onUnaskedExit(boot);
    }
    return exit;
  }

  async #place(boot: number, options: LaunchOptions): Promise<NodePlace> {
    const { folders, publicKeyFile } = this.#host;
    return {
      node: this.#node.id,
      index: this.#node.index,
      host: NODE_HOST,
      port: options.port,
      pgPort: options.pgPort,
      dir: folders.nodeDir(this.#node.id),
      store: await this.#storeOf(boot),
      ...(publicKeyFile === undefined ? {} : { publicKeyFile }),
    };
  }

  async #storeOf(boot: number): Promise<NodeStore> {
    const { store, lane } = this.#host;
    const { id } = this.#node;
    const tap = await store.listen(id);
    const { host, port } = (await lane?.storeAddress(id, tap)) ?? tap;
    const { bucket, prefix, region } = store;
    const endpoint = `http://${host}:${port}`;
    return { endpoint, bucket, prefix, region, ...store.issueKey(id, boot) };
  }

  /** Another user could not write there. */
  #compileCache(): Record<string, string> {
    const { target, folders } = this.#host;
    if (target.user !== undefined) return {};
    return { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? folders.compileCache };
  }
}
