// The rig: a target's nodes, an object store behind a tap, the fault lane, and the history of all that happens in it.
// One rig serves one worker. Nothing is started before it is used.

import { sleep } from '../../core/clock.ts';
import { UnsupportedError } from '../../core/exit.ts';
import { packageVersion } from '../../core/package.ts';
import type { Profile } from '../../core/verdict.ts';
import {
  type HistoryWriter,
  type NodeId,
  openHistory,
  type ToxiproxyFacts,
} from '../../history/index.ts';
import type { Store } from '../../store/index.ts';
import {
  mintFor,
  type ReaperLine,
  type TargetCapability,
  type TargetDefinition,
  type TokenMint,
} from '../../target/index.ts';
import type { LaneHost, RigLane } from './lane.ts';
import { openProcessNodes, openUrlNodes } from './open-nodes.ts';
import type { RigNode, UnaskedExit } from './rig-node.ts';

/** What the run gives to each of its rigs. */
export interface RigRun {
  readonly seed: string;
  readonly profile: Profile;
  /** Marks every process (PSC_RUN). */
  readonly runId: string;
  /** The run's folder; output of nodes goes to `logs/<name>` below it. */
  readonly outDir: string;
  /** The run's temporary folder. */
  readonly tempDir: string;
  /** Clears up after us should we be killed. */
  readonly reaper?: ReaperLine;
}

/** What a rig is made from. */
export interface RigOptions {
  readonly target: TargetDefinition;
  readonly run: RigRun;
  /** Unique within the run: names the rig's folders. */
  readonly name: string;
  /** Path of the history. */
  readonly historyFile: string;
  /** Versions for the history's header beside ours and Node's: `toxiproxy`. */
  readonly versions?: Readonly<Record<string, string>>;
  /** The fault lane's Toxiproxy, for the history's header. */
  readonly toxiproxy?: ToxiproxyFacts;
  /** Opens the fault lane; absent: nodes reach their taps directly. */
  readonly openLane?: (host: LaneHost) => Promise<RigLane>;
}

/** A rig. Disposing ends every node with SIGTERM, drains lane and tap, and closes the history. */
export interface Rig extends AsyncDisposable {
  readonly target: TargetDefinition;
  readonly history: HistoryWriter;
  /** All nodes of the target, started or not. */
  readonly nodes: readonly RigNode[];
  /** The node of that name. Throws UnsupportedError (`two-nodes`) when the target has no such node. */
  node(id: NodeId): RigNode;
  /** The store behind the tap. Throws UnsupportedError (`tap`) for a target that runs already. */
  readonly store: Store;
  /** Makes tokens; undefined where the target takes none. */
  readonly tokens: TokenMint | undefined;
  /** Processes that ended unasked, in order; each was started again. */
  readonly unaskedExits: readonly UnaskedExit[];
  /** Hears of an unasked exit when it has been recorded; the result stops it. */
  onUnaskedExit(listener: (exit: UnaskedExit) => void): () => void;
  /** Whether the target has a capability, as declared. */
  supports(capability: TargetCapability): boolean;
  /**
   * Waits in silence for `ms` (default `limits.quiet`) and records that nothing was asked meanwhile, which the caller sees to.
   */
  watchQuiet(ms?: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Makes a rig; no process is started yet. Throws HarnessError when its folders or its history can't be made, UsageError when the user's
 * key can't be read.
 */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { target, run } = options;
  // What is opened first is closed last: the footer comes after everything that records.
  await using opened = new AsyncDisposableStack();
  const tokens = mintFor(target.auth);
  const history = opened.use(
    openHistory(options.historyFile, {
      seed: run.seed,
      profile: run.profile,
      nodes: target.nodes,
      target: target.name,
      limits: target.limits,
      tap: target.capabilities.tap,
      versions: { 'pageserver-conformance': packageVersion(), ...options.versions },
      ...(options.toxiproxy === undefined ? {} : { toxiproxy: options.toxiproxy }),
    }),
  );
  const exits = createUnaskedExits();
  const parts = { history, tokens, opened, onUnaskedExit: exits.tell };
  const { nodes, store } =
    target.kind === 'process'
      ? await openProcessNodes(target, options, parts)
      : await openUrlNodes(target, options, parts);
  return assembleRig(target, { history, tokens, exits, store, nodes, end: opened.move() });
}

interface RigParts {
  readonly history: HistoryWriter;
  readonly tokens: TokenMint | undefined;
  readonly exits: UnaskedExits;
  readonly store: Store | undefined;
  readonly nodes: readonly RigNode[];
  readonly end: AsyncDisposableStack;
}

function assembleRig(target: TargetDefinition, parts: RigParts): Rig {
  const { history, nodes, exits } = parts;
  let closing: Promise<void> | undefined;
  return {
    target,
    history,
    nodes,
    tokens: parts.tokens,
    node(id) {
      const found = nodes.find((node) => node.id === id);
      if (found) return found;
      throw new UnsupportedError('two-nodes', `the target has no node ${id}`);
    },
    get store() {
      if (parts.store) return parts.store;
      throw new UnsupportedError('tap', "the target's object store is not under our control");
    },
    unaskedExits: exits.all,
    onUnaskedExit: exits.listen,
    supports: (capability) => target.capabilities[capability],
    async watchQuiet(ms = target.limits.quiet, signal) {
      const since = history.now();
      await sleep(ms, signal);
      history.record({ stream: 'run', type: 'quiet', since });
    },
    [Symbol.asyncDispose]: () => {
      closing ??= parts.end.disposeAsync();
      return closing;
    },
  };
}

interface UnaskedExits {
  readonly all: readonly UnaskedExit[];
  listen(listener: (exit: UnaskedExit) => void): () => void;
  tell(exit: UnaskedExit): void;
}

function createUnaskedExits(): UnaskedExits {
  const all: UnaskedExit[] = [];
  const listeners = new Set<(exit: UnaskedExit) => void>();
  return {
    all,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(exit) {
      all.push(exit);
      for (const listener of listeners) listener(exit);
    },
  };
}
