// Opens the nodes of a rig with all that they need around them.

import { join } from 'node:path';
import { monotonicClock } from '../../core/clock.ts';
import { HarnessError } from '../../core/exit.ts';
import type { HistoryWriter } from '../../history/index.ts';
import { type Store, type StoreOptions, startStore } from '../../store/index.ts';
import type { ProcessTarget, TokenMint, UrlTarget } from '../../target/index.ts';
import { createRigFolders } from './folders.ts';
import type { Address, RigLane } from './lane.ts';
import { ProcessNode } from './process-node.ts';
import type { RigOptions } from './rig.ts';
import type { RigNode, UnaskedExit } from './rig-node.ts';
import { createUrlNode } from './url-node.ts';

/** What nodes are opened with; `opened` gets everything that has to be closed. */
export interface NodeParts {
  readonly history: HistoryWriter;
  readonly tokens: TokenMint | undefined;
  readonly onUnaskedExit: (exit: UnaskedExit) => void;
  readonly opened: AsyncDisposableStack;
}

/** The nodes of a rig, and the store that they write to if it is ours. */
export interface OpenedNodes {
  readonly nodes: readonly RigNode[];
  readonly store?: Store;
}

/** Names that a node is given, whatever is behind the tap. */
const BUCKET = 'pageserver-conformance';
const PREFIX = 'pageserver';

/** Nodes that run already: a lane may stand before them, the store is not ours. */
export async function openUrlNodes(
  target: UrlTarget,
  options: RigOptions,
  parts: NodeParts,
): Promise<OpenedNodes> {
  const lane = await openLane(options, parts, undefined);
  const nodes = target.urls.map((url, index) => createUrlNode(target.nodes[index]!, index, url));
  for (const { id, boot, url } of nodes) await lane?.nodeAt(id, boot, addressOf(url));
  return { nodes };
}

/** Folders, store, lane, nodes; closed in the opposite order. No process is started yet. */
export async function openProcessNodes(
  target: ProcessTarget,
  options: RigOptions,
  parts: NodeParts,
): Promise<OpenedNodes> {
  const { run, name } = options;
  const { history, tokens, opened } = parts;
  const folders = createRigFolders(run.tempDir, name, target.user, run.reaper);
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
  lane = await openLane(options, parts, store);
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
    onUnaskedExit: parts.onUnaskedExit,
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

async function openLane(
  options: RigOptions,
  { history, opened }: NodeParts,
  store: Store | undefined,
): Promise<RigLane | undefined> {
  const { origin } = history;
  const lane = await options.openLane?.({ sink: history, clock: monotonicClock, origin, store });
  if (lane) opened.use(lane);
  return lane;
}

function addressOf(url: string): Address {
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
