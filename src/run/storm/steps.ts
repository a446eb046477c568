// The steps of a storm, by a right client's means, and the peace after it: every tenant whole where it was asked to be,
// then gone. Under faults an outcome is only news; what the history may not show is the checkers' business.

import type { DriverOutcome } from '../../client/index.ts';
import { sleep } from '../../core/clock.ts';
import type { NodeId } from '../../history/index.ts';
import type { Flow } from '../flow/flow.ts';
import { expectOutcome, ScenarioEnd } from '../flow/outcome.ts';
import type { FlowTenant } from '../flow/tenant.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import type { BrokenWatch } from './broken.ts';
import type { StepKind, TenantFault } from './schedule.ts';

/** A tenant of a round. */
export interface StormTenant {
  readonly tenant: FlowTenant;
  /** Timelines whose index was at the tap and that nobody asked to go; the root is the first. */
  readonly timelines: Set<string>;
  /** Branches that can be deleted, the newest last. */
  readonly branches: string[];
  /** Where it was ignored and not loaded since. */
  ignoredOn: NodeId | undefined;
  /** A call that nobody can account for: it stays where it is and is judged no further. */
  lost: boolean;
  /** Numbers what it makes. */
  made: number;
}

/** What the steps of one round share. */
export interface StormRound {
  readonly context: ScenarioContext;
  readonly flow: Flow;
  readonly nodes: readonly NodeId[];
  readonly broken: BrokenWatch;
}

/** Does one step where the tenant is now; a tenant that is nowhere is attached first. */
export async function takeStep(round: StormRound, one: StormTenant, kind: StepKind): Promise<void> {
  const { tenant } = one;
  const at = one.ignoredOn ?? (await homeOf(round, one));
  if (at === undefined) {
    await attach(round, one, round.nodes[0]!);
    return;
  }
  if (kind === 'move') {
    const to = round.nodes.find((node) => node !== at) ?? at;
    if (await detach(round, one, at)) await attach(round, one, to);
  } else if (kind === 'bounce') {
    if (await detach(round, one, at)) await attach(round, one, at);
  } else if (one.ignoredOn !== undefined) {
    await load(round, one, at);
  } else if (kind === 'ignore-load' || kind === 'ignore') {
    if (!(await ignore(round, one, at))) return;
    if (kind === 'ignore-load') await load(round, one, at);
    else await sleep(IGNORED_MS, round.context.signal);
  } else if (kind === 'look') {
    notStuck(round, one, at, await tenant.driver.waitActive(tenant.id, at));
  } else {
    await change(round, one, at, kind);
  }
}

/** The node whose link a fault of this step strikes: where its call will go. */
export function struckNode(
  round: StormRound,
  one: StormTenant,
  kind: StepKind,
  { aim }: Pick<TenantFault, 'aim'>,
): NodeId {
  const at = one.ignoredOn ?? ownerOf(round, one) ?? diskOf(round, one);
  if (at === undefined) return round.nodes[0]!;
  const goesAway = kind === 'move' && (aim === 'attach' || aim === 'status');
  return (goesAway ? round.nodes.find((node) => node !== at) : at) ?? at;
}

/** Brings the tenant to where it was asked to be, looks at it, and lets it go. Nothing disturbs it any more. */
export async function endInPeace(round: StormRound, one: StormTenant): Promise<void> {
  const { context } = round;
  const { tenant } = one;
  const at = await bringBack(round, one);
  if (at === undefined) return;
  await tenant.settle();
  await tenant.expectWhole(at, 'P8', [...one.timelines]);
  await tenant.nextIndexCommit(WRITES_MS);
  if (!(await isResolved(round, one, at))) return;
  const gone = await tenant.detach(at);
  if (gone.kind === 'unresolved') return;
  expectOutcome(context, gone, ['done'], step(one, at, 'detach after the storm'));
}

/** A live tenant's writes are looked at so long, ms; P7 itself judges by its own limits. */
const WRITES_MS = 150;

/** How long a tenant stays ignored, ms: restarts fall into it. */
const IGNORED_MS = 200;

/** Longest wait for a node that is being started, ms. */
const START_MS_MAX = 3000;

/** Longest wait for the proxy's word on an unanswered call, ms; holds are healed before. */
const EVIDENCE_MS_MAX = 300;

/** The node that may own the tenant; undefined: none. */
function ownerOf({ flow, nodes }: StormRound, { tenant }: StormTenant): NodeId | undefined {
  return nodes.find((node) => flow.ownership.mayOwn(tenant.id, node));
}

/** The node on whose disk the tenant may be, dead or not; undefined: none. */
function diskOf({ flow }: StormRound, { tenant }: StormTenant): NodeId | undefined {
  return flow.ownership.onDiskOf(tenant.id);
}

/**
 * The owner, waited for where the tenant is on the disk of a node that is down. Attached elsewhere meanwhile, it would keep
 * that node from being started again, for the start would make a second owner, and on an old state.
 */
async function homeOf(round: StormRound, one: StormTenant): Promise<NodeId | undefined> {
  const disk = diskOf(round, one);
  if (ownerOf(round, one) === undefined && disk !== undefined) await untilRuns(round, disk);
  return ownerOf(round, one) ?? disk;
}

async function bringBack(round: StormRound, one: StormTenant): Promise<NodeId | undefined> {
  const { context } = round;
  const { tenant } = one;
  if (one.ignoredOn !== undefined) return bringBackIgnored(round, one, one.ignoredOn);
  const owner = ownerOf(round, one);
  if (owner === undefined) {
    const at = round.nodes[0]!;
    await mustAttach(round, one, at);
    return at;
  }
  if (!(await isResolved(round, one, owner))) return undefined;
  tenant.ask(owner);
  const shown = await tenant.driver.look(tenant.id, owner);
  if (shown === 'Broken') {
    mustHaveReason(round, one, owner);
    const gone = await tenant.detach(owner);
    if (gone.kind === 'unresolved') return undefined;
    expectOutcome(context, gone, ['done'], step(one, owner, 'detach of what a fault broke'));
    await mustAttach(round, one, owner);
  } else if (shown === 'absent') {
    await mustAttach(round, one, owner);
  }
  return owner;
}

/** Broken is a legal end of what a store fault touched, and of nothing else. */
function mustHaveReason({ context, broken }: StormRound, { tenant }: StormTenant, at: NodeId) {
  if (!broken.isGroundless(tenant.id, at)) return;
  context.check('P7', 'no tenant breaks without a reason', false, {
    message: `tenant ${tenant.id} is Broken on ${at}, and no store fault touched the attach, load or start that it came by`,
    expected: 'Active',
    actual: 'Broken',
    tenant: tenant.id,
    node: at,
  });
}

/** Loads it; where that is refused, for its mark was lost with an answer, it is detached with its mark and attached. */
async function bringBackIgnored(
  round: StormRound,
  one: StormTenant,
  at: NodeId,
): Promise<NodeId | undefined> {
  await load(round, one, at);
  if (one.ignoredOn === undefined) return at;
  if (!(await isResolved(round, one, at))) return undefined;
  const gone = await one.tenant.detach(at, { ignored: true });
  if (gone.kind === 'unresolved') return undefined;
  expectOutcome(round.context, gone, ['done'], step(one, at, 'detach of what is ignored'));
  await mustAttach(round, one, at);
  return at;
}

async function mustAttach(round: StormRound, one: StormTenant, at: NodeId): Promise<void> {
  const outcome = await one.tenant.attach(at);
  expectOutcome(round.context, outcome, ['active'], step(one, at, 'attach after the storm'));
  one.ignoredOn = undefined;
}

async function attach(round: StormRound, one: StormTenant, to: NodeId): Promise<void> {
  await untilRuns(round, to);
  const outcome = await one.tenant.attach(to);
  if (outcome.kind === 'active') one.ignoredOn = undefined;
  notStuck(round, one, to, outcome);
}

async function detach(round: StormRound, one: StormTenant, from: NodeId): Promise<boolean> {
  if (!(await isResolved(round, one, from))) return false;
  const outcome = await one.tenant.detach(from, { ignored: one.ignoredOn !== undefined });
  notStuck(round, one, from, outcome);
  if (outcome.kind === 'done') one.ignoredOn = undefined;
  return outcome.kind === 'done';
}

async function ignore(round: StormRound, one: StormTenant, at: NodeId): Promise<boolean> {
  if (!(await isResolved(round, one, at))) return false;
  const ignored = await one.tenant.ignore(at);
  notStuck(round, one, at, ignored);
  if (ignored.kind === 'unresolved') return false;
  one.ignoredOn = at;
  return true;
}

async function load(round: StormRound, one: StormTenant, at: NodeId): Promise<void> {
  await untilRuns(round, at);
  const loaded = await one.tenant.load(at);
  notStuck(round, one, at, loaded);
  if (loaded.kind === 'active') one.ignoredOn = undefined;
}

/**
 * What is sent to a process that does not run is never heard of again: no proxy sees it. A right client may send it, but then
 * knows no end of it, so a storm of crashes would soon have no tenant left to move.
 */
async function untilRuns({ context, flow }: StormRound, node: NodeId): Promise<void> {
  const { signal } = context;
  const end = performance.now() + START_MS_MAX;
  const isDown = (): boolean => ['down', 'starting'].includes(context.rig.node(node).state);
  while (isDown() && performance.now() < end) {
    await flow.ownership.changed(20, signal);
    signal.throwIfAborted();
  }
}

/** Whether every call to the node is accounted for; a tenant with one that is not stays where it is. */
async function isResolved(
  { context, flow }: StormRound,
  one: StormTenant,
  node: NodeId,
): Promise<boolean> {
  const end = performance.now() + EVIDENCE_MS_MAX;
  const isOpen = (): boolean => flow.ownership.unresolved(one.tenant.id, node).length > 0;
  while (isOpen() && performance.now() < end) {
    await flow.ownership.changed(20, context.signal);
    context.signal.throwIfAborted();
  }
  one.lost = isOpen();
  return !one.lost;
}

/** A call that changes what the tenant holds. Sent once: what became of it without an answer is either. */
async function change(
  round: StormRound,
  one: StormTenant,
  at: NodeId,
  kind: 'timeline' | 'timeline-delete' | 'config',
): Promise<void> {
  const { context } = round;
  const { tenant } = one;
  one.made += 1;
  if (kind === 'timeline') {
    const id = context.timeline(`${tenant.id}/${one.made}`);
    const plan = { id, ancestor: tenant.timelines[0]!, extra: context.target.timelineCreate };
    const outcome = await tenant.driver.createTimeline(tenant.id, at, plan);
    notStuck(round, one, at, outcome);
    if (outcome.kind === 'done') one.branches.push(id);
    return;
  }
  const leaf = kind === 'timeline-delete' ? one.branches.pop() : undefined;
  if (kind === 'timeline-delete' && leaf === undefined) return;
  if (leaf !== undefined) one.timelines.delete(leaf);
  const base = { tenant: tenant.id, timeoutMs: context.limits.api, signal: context.signal };
  await tenant.driver.options.lanes[at]!.client.send(
    kind === 'config'
      ? {
          ...base,
          operation: 'tenant_config',
          method: 'PUT',
          path: '/v1/tenant/config',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ tenant_id: tenant.id, gc_horizon: 1_000_000 + one.made }),
        }
      : {
          ...base,
          operation: 'timeline_delete',
          method: 'DELETE',
          path: `/v1/tenant/${tenant.id}/timeline/${leaf}`,
          timeline: leaf!,
        },
  );
  context.signal.throwIfAborted();
}

/** Faults excuse every outcome but one: three times the limit passed while nothing was held. */
function notStuck(round: StormRound, one: StormTenant, node: NodeId, outcome: DriverOutcome): void {
  one.lost ||= outcome.kind === 'unresolved';
  if (outcome.kind !== 'stuck') return;
  expectOutcome(round.context, outcome, [], step(one, node, 'a step of the storm'));
  throw new ScenarioEnd('a step of the storm got stuck');
}

function step({ tenant }: StormTenant, node: NodeId, what: string) {
  return { requirement: 'P7', what, id: tenant.id, node };
}
