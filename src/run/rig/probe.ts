// Tries out what a target file declares, on a rig of its own, before scenarios rely on it. A capability that is
// declared and not there makes scenarios `unsupported`, with the reason, instead of failing a target for what its
// file says wrongly. Whether tokens are checked is not probed: a target that takes any token is to be failed for it.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { requestOnce } from '../../core/request-once.ts';
import { isIndexKey, ownersOf } from '../../store/index.ts';
import {
  readTenantState,
  type TargetCapability,
  type TargetDefinition,
} from '../../target/index.ts';
import { openRig, type Rig, type RigRun } from './rig.ts';
import type { RigNode } from './rig-node.ts';
import { smallDiskFault } from './small-disk.ts';

/** Capabilities that are declared but not there, with the reason in half a sentence. */
export type MissingCapabilities = Readonly<Partial<Record<TargetCapability, string>>>;

/** How long a first write may take to come to the tap after the 201 of a timeline, ms: twenty times what is usual. */
const FIRST_WRITE_MS = 5_000;

/** How long a new tenant may be without a state that we know, ms. */
const FIRST_STATE_MS = 3_000;
/** How long a new tenant may be without a status of 200, ms. */
const FIRST_OBJECT_MS = 300;

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

/** What is seen only on a target that has a tenant. */
const ASKED_OF_A_TENANT: readonly TargetCapability[] = ['state', 'tap', 'layout', 'data-dir'];

/** How to probe. */
export interface ProbeOptions {
  /** Only these capabilities. Default: all that are declared. */
  readonly only?: readonly TargetCapability[];
  readonly signal?: AbortSignal;
}

/**
 * Starts a node of the target, gives it a tenant with a timeline, pauses it and restarts it. Takes about as long as two starts.
 * A target that runs already is only given a tenant, which is taken away again. Throws TargetError when it can't be started at all.
 */
export async function probeTarget(
  target: TargetDefinition,
  run: RigRun,
  { only, signal }: ProbeOptions = {},
): Promise<MissingCapabilities> {
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
  const isMaking = ASKED_OF_A_TENANT.some((one) => only?.includes(one) ?? true);
  const made = isMaking ? await createTenant(rig, node) : undefined;
  if (made) await note('state', () => probeState(rig, node, made, signal));
  if (target.kind === 'url') {
    if (made) await post(rig, `${node.url}/v1/tenant/${made.tenant}/detach`);
    return missing;
  }
  if (made && (await createTimeline(rig, node, made))) {
    await note('tap', () => probeTap(rig, signal));
    if (missing.tap === undefined) await note('layout', () => probeLayout(rig, made, signal));
    await note('data-dir', () => probeDataDir(node));
  }
  await note('small-disk', smallDiskFault);
  await note('pause', () => probePause(rig, node, signal));
  await note('restart', () => probeRestart(node));
  return missing;
}

/** The tenant that the probe is made with. */
interface Made {
  readonly tenant: string;
  readonly timeline: string;
}

/** Undefined when it was not created as documented. */
async function createTenant(rig: Rig, node: RigNode): Promise<Made | undefined> {
  const random = createRandom(rig.history.file);
  const made = { tenant: random.hex(32), timeline: random.hex(32) };
  const isMade = await post(rig, `${node.url}/v1/tenant/`, { new_tenant_id: made.tenant });
  return isMade ? made : undefined;
}

function createTimeline(rig: Rig, node: RigNode, { tenant, timeline }: Made): Promise<boolean> {
  const body = { ...rig.target.timelineCreate, new_timeline_id: timeline };
  return post(rig, `${node.url}/v1/tenant/${tenant}/timeline/`, body);
}

async function post(rig: Rig, url: string, body?: object): Promise<boolean> {
  const answer = await requestOnce(url, {
    method: 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...authorization(rig),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

/** Tenant and timeline are told by their ids in the key, an index by its name; nothing else is asked of a layout. */
async function probeLayout(
  rig: Rig,
  { tenant, timeline }: Made,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const waitMs = Math.min(FIRST_WRITE_MS, rig.target.limits.store);
  const deadline = performance.now() + waitMs;
  const { prefix } = rig.store;
  const isOurs = (key: string): boolean => {
    const owners = ownersOf(key, `${prefix}/`);
    return isIndexKey(key) && owners.tenant === tenant && owners.timeline === timeline;
  };
  while (performance.now() < deadline) {
    if ((await rig.store.objects.list(`${prefix}/`)).some(isOurs)) return undefined;
    await sleep(10, signal);
  }
  return `a timeline was created, and ${waitMs} ms later no object named index_part.json stood below its ids`;
}

/**
 * The document has no property for the state that its own protocol asks callers to poll (contradiction tenant-state-missing): a
 * target that shows none breaks no word of it.
 */
async function probeState(
  rig: Rig,
  node: RigNode,
  { tenant }: Made,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const waitMs = Math.min(FIRST_STATE_MS, rig.target.limits.attach);
  const deadline = performance.now() + waitMs;
  let isShown = false;
  do {
    const info = await readStatus(rig, `${node.url}/v1/tenant/${tenant}`);
    if (info !== undefined && readTenantState(rig.target.state, info) !== 'Unknown') {
      return undefined;
    }
    isShown ||= info !== undefined;
    // No tenant object at all is for the contract suites to judge.
    if (!isShown && performance.now() > deadline - waitMs + FIRST_OBJECT_MS) return undefined;
    await sleep(10, signal);
  } while (performance.now() < deadline);
  return `a tenant was created, and for ${waitMs} ms its status showed no state (state: ${rig.target.state})`;
}

/** The tenant object of a 200; undefined where there is none. */
async function readStatus(rig: Rig, url: string): Promise<object | undefined> {
  try {
    const { status, text } = await requestOnce(url, {
      headers: authorization(rig),
      signal: AbortSignal.timeout(rig.target.limits.api),
    });
    const info: unknown = status === 200 ? JSON.parse(text) : undefined;
    return typeof info === 'object' && info !== null ? info : undefined;
  } catch {
    return undefined;
  }
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
