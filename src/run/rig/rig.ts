// The rig: a target's nodes, an object store behind a tap, the fault lane, and the history of all that happens in it.
// One rig serves one worker. Nothing is started before it is used.

import { join } from 'node:path';
import { monotonicClock, sleep } from '../../core/clock.ts';
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
  /** Versions for the history's header beside ours and Node's: `toxiproxy`. */
  readonly versions?: Readonly<Record<string, string>>;
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
    }),
  );
  const exits = createUnaskedExits();
  const parts =
    target.kind === 'process'
      ? await openProcesses(target, options, { history, tokens, exits, opened })
      : undefined;
  return assembleRig(target, {
    history,
    tokens,
    exits,
    store: parts?.store,
    nodes: parts?.nodes ?? remoteNodes(target),
    end: opened.move(),
  });
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

function remoteNodes(target: TargetDefinition): RigNode[] {
  if (target.kind !== 'url') return [];
  return target.urls.map((url, index) => createUrlNode(target.nodes[index]!, index, url));
}

/** What the processes are opened with; `opened` gets everything that has to be closed. */
interface ProcessParts {
  readonly history: HistoryWriter;
  readonly tokens: TokenMint | undefined;
  readonly exits: UnaskedExits;
  readonly opened: AsyncDisposableStack;
}

/** Folders, store, lane, nodes; closed in the opposite order. */
async function openProcesses(
  target: ProcessTarget,
  options: RigOptions,
  parts: ProcessParts,
): Promise<{ readonly nodes: readonly ProcessNode[]; readonly store: Store }> {
  const { run, name } = options;
  const { history, tokens, opened } = parts;
  const folders = createRigFolders(run.tempDir, name, target.user);
  run.reaper?.addFolder(folders.root);
  opened.defer(() => {
    folders.remove();
    run.reaper?.dropFolder(folders.root);
  });
  // The lane is asked who cut a connection before it exists; then nobody has.
  let lane: RigLane | undefined;
  const store = opened.use(
    await startStore({
      ...storeOptions(target, `${run.runId}/${name}`),
      sink: history,
      cutBy: (connection) => lane?.cutBy?.(connection),
    }),
  );
  const { origin } = history;
  lane = await options.openLane?.({ sink: history, clock: monotonicClock, origin, store });
  if (lane) opened.use(lane);
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
    onUnaskedExit: parts.exits.tell,
  };
  const nodes = target.nodes.map((id, index) => new ProcessNode(id, index, host));
  opened.defer(async () => {
    closing.abort(new HarnessError('the rig is closed'));
    await Promise.all(nodes.map((node) => node.close()));
  });
  return { nodes, store };
}

function storeOptions(target: ProcessTarget, place: string): Omit<StoreOptions, 'sink'> {
  const region = target.store.kind === 's3' ? target.store.region : 'us-east-1';
  const seen = { bucket: BUCKET, prefix: PREFIX, region };
  if (target.store.kind === 'embedded') return { ...seen, backend: { kind: 'embedded' } };
  // Each rig has a place of its own there, so that rigs and runs do not meet.
  const prefix = `${target.store.prefix}/${place}`;
  return { ...seen, backend: { ...target.store, prefix } };
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
