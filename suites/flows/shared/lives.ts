// States of a tenant that a node can be struck in, each on a tenant of its own: how a tenant gets there, and what must be found
// after the node came back.

import {
  expectOutcome,
  type FaultHandle,
  type Flow,
  type FlowTenant,
  type ScenarioContext,
} from '#suite';
import { keepIndexReads, keepWrites } from './kept-back.ts';
import { mustShowSettings, SETTINGS } from './settings.ts';
import { attached, detached, ignored, loaded, moved } from './steps.ts';

/** One state on node `a`. `prepare` gives what is still to be seen to its end after the restart. */
export interface Life {
  readonly name: string;
  readonly needs?: 'two-nodes';
  prepare(context: ScenarioContext, flow: Flow): Promise<Prepared>;
}

/** A tenant in its state. */
export interface Prepared {
  readonly tenant: FlowTenant;
  /** A store fault that keeps the state; healed as soon as the node is down. */
  readonly fault?: FaultHandle;
  /** What is under way, with the sentence for it. */
  readonly requirement: string;
  /** Sees it through after the restart, until it is as it must be. */
  found(): Promise<void>;
}

/** Every state in which a restart is survived. */
export const LIVES: readonly Life[] = [
  { name: 'active', prepare: active },
  { name: 'attached', prepare: attachedBefore },
  { name: 'loaded', prepare: loadedBefore },
  { name: 'without timelines', prepare: empty },
  { name: 'ignored', prepare: isIgnored },
  { name: 'detached', prepare: isDetached },
  { name: 'detached while ignored', prepare: isDetachedIgnored },
  { name: 'moved away', needs: 'two-nodes', prepare: isMoved },
  { name: 'attaching', prepare: attaching },
  { name: 'detaching', prepare: detaching },
];

async function active(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('active', { branches: 2, config: SETTINGS });
  const found = async (): Promise<void> => {
    await comesBack(context, tenant);
    await mustShowSettings(context, await context.api(), tenant, 'after the restart');
  };
  return { tenant, requirement: 'durability.restart', found };
}

async function attachedBefore(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('attached', { branches: 1 });
  await detached(context, tenant, 'a');
  await attached(context, tenant, 'a');
  const found = () => comesBack(context, tenant);
  return { tenant, requirement: 'durability.restart', found };
}

async function loadedBefore(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('loaded', { branches: 1 });
  await ignored(context, tenant, 'a');
  await loaded(context, tenant, 'a');
  const found = async (): Promise<void> => {
    await comesBack(context, tenant);
    context.check('load.removes-mark', 'a start loads it again', true);
  };
  return { tenant, requirement: 'load.removes-mark', found };
}

async function empty(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('empty', { data: false });
  const found = () => comesBack(context, tenant);
  return { tenant, requirement: 'durability.restart', found };
}

async function isIgnored(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('ignored', { branches: 1 });
  await ignored(context, tenant, 'a');
  const found = async (): Promise<void> => {
    await staysAway(context, tenant, 'ignore.outlives-restart');
    await loaded(context, tenant, 'a', 'ignore.outlives-restart');
    await tenant.expectWhole('a');
  };
  return { tenant, requirement: 'ignore.outlives-restart', found };
}

async function isDetached(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('detached', { branches: 1 });
  await detached(context, tenant, 'a');
  const found = async (): Promise<void> => {
    await staysAway(context, tenant, 'detach.removes-files');
    await attached(context, tenant, 'a', 'detach.durable');
    await tenant.expectWhole('a');
  };
  return { tenant, requirement: 'detach.removes-files', found };
}

async function isDetachedIgnored(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('detached while ignored', { branches: 1 });
  await ignored(context, tenant, 'a');
  const outcome = await tenant.detach('a', { ignored: true });
  const requirement = 'detach.durable';
  expectOutcome(context, outcome, ['done'], {
    requirement,
    what: 'detach of an ignored tenant',
    id: tenant.id,
    node: 'a',
  });
  return { tenant, requirement, found: () => staysAway(context, tenant, requirement) };
}

async function isMoved(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('moved', { branches: 1 });
  await moved(context, tenant, 'a', 'b');
  const found = async (): Promise<void> => {
    await staysAway(context, tenant, 'detach.removes-files');
    await tenant.settle();
    await moved(context, tenant, 'b', 'a', 'detach.durable');
  };
  return { tenant, requirement: 'detach.durable', found };
}

/** Answered or not, the restart may lose it; its caller asks the same node again until it is Active. */
async function attaching(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('attaching', { branches: 2 });
  await detached(context, tenant, 'a');
  const fault = await keepIndexReads(flow, tenant, 'a');
  const outcome = tenant.attach('a');
  await fault.hit(context.signal);
  const requirement = 'durability.accepted-may-be-lost';
  const found = async (): Promise<void> => {
    const step = { requirement, what: 'attach over a restart', id: tenant.id, node: 'a' };
    expectOutcome(context, await outcome, ['active'], step);
    await tenant.expectWhole('a');
  };
  return { tenant, fault, requirement, found };
}

/** The write that it waits for is lost or committed by the death; its caller asks again until it is done. */
async function detaching(context: ScenarioContext, flow: Flow): Promise<Prepared> {
  const tenant = await flow.tenant('detaching', { branches: 1 });
  const fault = await keepWrites(flow, tenant, 'a');
  const outcome = tenant.detach('a');
  const requirement = 'detach.durable';
  const found = async (): Promise<void> => {
    const step = { requirement, what: 'detach over a restart', id: tenant.id, node: 'a' };
    expectOutcome(context, await outcome, ['done'], step);
    await tenant.settle();
    await attached(context, tenant, 'a', 'detach.reattach');
    await tenant.expectWhole('a');
  };
  return { tenant, fault, requirement, found };
}

async function comesBack(context: ScenarioContext, tenant: FlowTenant): Promise<void> {
  await tenant.settle('durability.restart');
  context.check('ownership.must-own', 'what was Active is there again', true);
  await tenant.expectWhole('a', 'durability.restart');
}

async function staysAway(
  context: ScenarioContext,
  tenant: FlowTenant,
  requirement: string,
): Promise<void> {
  const shown = await tenant.driver.look(tenant.id, 'a');
  context.check(requirement, 'a start does not bring it back', shown === 'absent', {
    message: `a start of the node brought tenant ${tenant.id} back`,
    expected: 'absent',
    actual: shown,
    tenant: tenant.id,
    node: 'a',
  });
}
