// Tries out what a target file declares, on a rig of its own, before scenarios rely on it. A capability that is
// declared and not there makes scenarios `unsupported`, with the reason, instead of failing a target for what its
// file says wrongly. Whether tokens are checked is not probed: a target that takes any token is to be failed for it.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { requestOnce } from '../../core/request-once.ts';
import type { TargetCapability, TargetDefinition } from '../../target/index.ts';
import { openRig, type Rig, type RigRun } from './rig.ts';
import type { RigNode } from './rig-node.ts';
import { smallDiskFault } from './small-disk.ts';

/** Capabilities that are declared but not there, with the reason in half a sentence. */
export type MissingCapabilities = Readonly<Partial<Record<TargetCapability, string>>>;

/** How long a first write may take to come to the tap after the 201 of a timeline, ms: twenty times what is usual. */
const FIRST_WRITE_MS = 5_000;

/** How long a paused node must stay silent, ms; one that runs answers within a few. */
const PAUSE_MS = 300;

/** The target without the capabilities that are missing. */
export function withoutMissing(
  target: TargetDefinition,
  missing: MissingCapabilities,
): TargetDefinition {
  const lost = Object.keys(missing).map((name) => [name, false] as const);
  return { ...target, capabilities: { ...target.capabilities, ...Object.fromEntries(lost) } };
}

/** How to probe. */
export interface ProbeOptions {
  /** Only these capabilities. Default: all that are declared. */
  readonly only?: readonly TargetCapability[];
  readonly signal?: AbortSignal;
}

/**
 * Starts a node of the target, gives it a tenant with a timeline, pauses it and restarts it. Takes about as long as two starts.
 * Throws TargetError when it can't be started at all.
 */
export async function probeTarget(
  target: TargetDefinition,
  run: RigRun,
  { only, signal }: ProbeOptions = {},
): Promise<MissingCapabilities> {
  if (target.kind === 'url') return {};
  const historyFile = join(run.tempDir, 'probe.ndjson');
  await using rig = await openRig({ target, run, name: 'probe', historyFile });
  const node = rig.node('a');
  await node.ensureUp();
  const missing: Partial<Record<TargetCapability, string>> = {};
  const note = async (
    capability: TargetCapability,
    fault: () => string | undefined | Promise<string | undefined>,
  ): Promise<void> => {
    const isWanted = rig.supports(capability) && (only?.includes(capability) ?? true);
    const reason = isWanted ? await fault() : undefined;
    if (reason !== undefined) missing[capability] = reason;
  };
  // A target that can't even do this is for the contract suites to judge, not for a probe.
  if (await createTimeline(rig, node)) {
    await note('tap', () => probeTap(rig, signal));
    await note('data-dir', () => probeDataDir(node));
  }
  await note('small-disk', smallDiskFault);
  await note('pause', () => probePause(rig, node, signal));
  await note('restart', () => probeRestart(node));
  return missing;
}

/** True when tenant and timeline were created as documented. */
async function createTimeline(rig: Rig, node: RigNode): Promise<boolean> {
  const random = createRandom(rig.history.file);
  const [tenant, timeline] = [random.hex(32), random.hex(32)];
  const body = { ...rig.target.timelineCreate, new_timeline_id: timeline };
  return (
    (await post(rig, `${node.url}/v1/tenant/`, { new_tenant_id: tenant })) &&
    (await post(rig, `${node.url}/v1/tenant/${tenant}/timeline/`, body))
  );
}

async function post(rig: Rig, url: string, body: object): Promise<boolean> {
  const answer = await requestOnce(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(rig) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(rig.target.limits.attach),
  }).catch(() => undefined);
  return answer?.status === 201;
}

function authorization(rig: Rig): Record<string, string> {
  if (!rig.tokens) return {};
  return { authorization: `Bearer ${rig.tokens.mint({ scope: 'pageserverapi' })}` };
}

async function probeTap(rig: Rig, signal?: AbortSignal): Promise<string | undefined> {
  // A target that gives a store request up sooner has also written sooner.
  const waitMs = Math.min(FIRST_WRITE_MS, rig.target.limits.store);
  const deadline = performance.now() + waitMs;
  const { prefix } = rig.store;
  while (performance.now() < deadline) {
    if ((await rig.store.objects.list(`${prefix}/`)).length > 0) return undefined;
    await sleep(10, signal);
  }
  return `a timeline was created, and ${waitMs} ms later nothing had been written to {store.endpoint}`;
}

function probeDataDir(node: RigNode): string | undefined {
  return readdirSync(node.dir).length > 0
    ? undefined
    : 'a timeline was created, and there is nothing in {node.dir}';
}

async function probePause(
  rig: Rig,
  node: RigNode,
  signal?: AbortSignal,
): Promise<string | undefined> {
  node.pause();
  const answered = await ask(rig, node);
  node.resume();
  signal?.throwIfAborted();
  return answered ? 'a node that got SIGSTOP went on answering' : undefined;
}

async function ask(rig: Rig, node: RigNode): Promise<boolean> {
  const url = new URL(rig.target.ready.path, node.url);
  return requestOnce(url, { signal: AbortSignal.timeout(PAUSE_MS) }).then(
    () => true,
    () => false,
  );
}

async function probeRestart(node: RigNode): Promise<string | undefined> {
  try {
    await node.restart();
    return undefined;
  } catch (error) {
    return `after SIGTERM it did not start again on its data: ${(error as Error).message}`;
  }
}
