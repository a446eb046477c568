// The rig: a target's nodes, an object store behind a tap, the fault lane, and the history of all that happens in it.
// One rig serves one worker. Nothing is started before it is used.

import { join } from 'node:path';
import { sleep } from '../../core/clock.ts';
import { HarnessError, UnsupportedError } from '../../core/exit.ts';
import { packageVersion } from '../../core/package.ts';
import type { Profile } from '../../core/verdict.ts';
import { type HistoryWriter, type NodeId, openHistory } from '../../history/index.ts';
import { type Store, type StoreOptions, startStore } from '../../store/index.ts';
import {
  mintFor,
  type ProcessTarget,
  type ReaperLine,
  type TargetCapability,
  type TargetDefinition,
  type TokenMint,
} from '../../target/index.ts';
import { createRigFolders } from './folders.ts';
import type { LaneHost, RigLane } from './lane.ts';
import { ProcessNode } from './process-node.ts';
import type { RigNode, UnaskedExit } from './rig-node.ts';
import { createUrlNode } from './url-node.ts';

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

/** Keys and endpoint a node sees, whatever is behind the tap. */
const BUCKET = 'pageserver-conformance';
const PREFIX = 'pageserver';

/** Makes a rig; no process is started yet. Throws HarnessError when its folders or its history can't be made. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { target, run } = options;
  const tokens = mintFor(target.auth);
  const history = openHistory(options.historyFile, {
    seed: run.seed,
    profile: run.profile,
    nodes: target.nodes,
    target: target.name,
    limits: target.limits,
    tap: target.capabilities.tap,
    versions: { 'pageserver-conformance': packageVersion() },
  });
  const parts =
    target.kind === 'process' ? await openProcesses(target, options, history, tokens) : undefined;
  const nodes =
    target.kind === 'process'
      ? parts!.nodes
      : target.urls.map((url, index) => createUrlNode(target.nodes[index]!, index, url));
  let closing: Promise<void> | undefined;
  return {
    target,
    history,
    nodes,
    tokens,
    node(id) {
      const found = nodes.find((node) => node.id === id);
      if (found) return found;
      throw new UnsupportedError('two-nodes', `the target has no node ${id}`);
    },
    get store() {
      if (parts) return parts.store;
      throw new UnsupportedError('tap', "the target's object store is not under our control");
    },
    unaskedExits: parts?.exits.all ?? [],
    onUnaskedExit: (listener) => parts?.exits.listen(listener) ?? (() => {}),
    supports: (capability) => target.capabilities[capability],
    async watchQuiet(ms = target.limits.quiet, signal) {
      const since = history.now();
      await sleep(ms, signal);
      history.record({ stream: 'run', type: 'quiet', since });
    },
    [Symbol.asyncDispose]: () => {
      closing ??= close(history, parts);
      return closing;
    },
  };
}

interface Processes extends AsyncDisposable {
  readonly nodes: readonly ProcessNode[];
  readonly store: Store;
  readonly exits: UnaskedExits;
}

/** The nodes come after store and lane, and go before them. */
async function openProcesses(
  target: ProcessTarget,
  options: RigOptions,
  history: HistoryWriter,
  tokens: TokenMint | undefined,
): Promise<Processes> {
  const { run, name } = options;
  const folders = createRigFolders(run.tempDir, name, target.user);
  run.reaper?.addFolder(folders.root);
  const lane = await options.openLane?.({ sink: history, origin: history.origin });
  const store = await startStore({
    ...storeOptions(target, `${run.runId}/${name}`),
    sink: history,
    ...(lane?.cutBy === undefined ? {} : { cutBy: lane.cutBy }),
  });
  const exits = createUnaskedExits();
  const closing = new AbortController();
  const host = {
    target,
    history,
    store,
    lane,
    folders,
    publicKeyFile: tokens && folders.writePublic('token-key.pem', tokens.publicKeyPem),
    logDir: join(run.outDir, 'logs', name),
    runId: run.runId,
    reaper: run.reaper,
    signal: closing.signal,
    onUnaskedExit: exits.tell,
  };
  const nodes = target.nodes.map((id, index) => new ProcessNode(id, index, host));
  return {
    nodes,
    store,
    exits,
    async [Symbol.asyncDispose]() {
      closing.abort(new HarnessError('the rig is closed'));
      await Promise.all(nodes.map((node) => node.close()));
      await lane?.[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      folders.remove();
      run.reaper?.dropFolder(folders.root);
    },
  };
}

function storeOptions(target: ProcessTarget, place: string): Omit<StoreOptions, 'sink'> {
  const region = target.store.kind === 's3' ? target.store.region : 'us-east-1';
  const seen = { bucket: BUCKET, prefix: PREFIX, region };
  if (target.store.kind === 'embedded') return { ...seen, backend: { kind: 'embedded' } };
  // Each rig has a place of its own there, so that rigs and runs do not meet.
  const prefix = `${target.store.prefix}/${place}`;
  return { ...seen, backend: { ...target.store, prefix } };
}

/** A footer is written whatever else fails, and what failed first is told. */
async function close(history: HistoryWriter, parts: Processes | undefined): Promise<void> {
  try {
    await parts?.[Symbol.asyncDispose]();
  } finally {
    history.close();
  }
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
