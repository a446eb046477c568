// SIGTERM while tenants are Attaching, Active and writing, ignored, Stopping, Broken, without timelines and absent; after
// the restart each is what it was, and each can be brought to Active.

import {
  type FaultHandle,
  type Flow,
  type FlowTenant,
  indexesOf,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
  UndecidedError,
} from '#suite';
import { CHANGES, expectEnd, type Holding } from './shared/changes.ts';
import { describeFound, describeHolding, isHolding, readTenant } from './shared/found.ts';
import { startAgain } from './shared/restart.ts';
import { sendOnce } from './shared/send.ts';
import { everyOf } from './shared/sweep.ts';
import { endByTerm } from './shared/terminate.ts';
import { ABSENT, wholeOf } from './shared/whole.ts';

/** What is held is let go so long after SIGTERM, milliseconds. */
const HELD_MS = 150;
/** A state that does not come by then is not there, milliseconds. */
const PATIENCE_MS = 800;
const PERIOD = '7h';

interface Case {
  readonly state: string;
  readonly tenant: FlowTenant;
  /** Any of these is right after the restart. */
  readonly right: readonly Holding[];
  readonly held?: FaultHandle;
  readonly call?: Promise<unknown>;
  /** Puts the data right again, while the node is down. */
  readonly mend?: () => Promise<unknown>;
}

export default scenario({
  id: 'crash/terminate-in-every-state',
  title: 'SIGTERM in every state of a tenant: after the restart each is what it was',
  decides: [
    'liveness.stops',
    'durability.accepted-may-be-lost',
    'durability.restart',
    'ignore.outlives-restart',
    'detach.durable',
    'P2',
    'P6',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const cases = await Promise.all([
      attaching(context, flow),
      stopping(context, flow),
      active(flow),
      empty(context, flow),
      ignored(context, flow),
      detached(context, flow),
      broken(context, flow),
    ]);
    const node = context.rig.node('a');
    const ended = endByTerm(context, node);
    await sleep(HELD_MS, context.signal);
    await Promise.all(cases.map(({ held }) => held?.heal()));
    await ended;
    await Promise.all(cases.map(({ call }) => call));
    await Promise.all(cases.map(({ mend }) => mend?.()));
    await startAgain(context, flow);
    await everyOf(cases, (one) => judge(context, flow, one));
  },
});

async function attaching(context: ScenarioContext, flow: Flow): Promise<Case> {
  const tenant = await CHANGES.attach.prepare(context, flow, 'attaching');
  const held = await hold(flow, tenant, { op: ['get'] });
  tenant.ask('a');
  const call = sendOnce(context, flow, tenant, CHANGES.attach.request(context, tenant));
  await hitOrLate(context, held);
  return { state: 'Attaching', tenant, held, call, right: [ABSENT, wholeOf(tenant)] };
}

async function stopping(context: ScenarioContext, flow: Flow): Promise<Case> {
  const tenant = await flow.tenant('stopping', { branches: 1 });
  const held = await hold(flow, tenant, { op: ['put'] });
  await hitOrLate(context, held);
  tenant.ask(null);
  const call = sendOnce(context, flow, tenant, CHANGES.detach.request(context, tenant));
  await context.eventually(
    async () => ((await seen(context, tenant)) === 'Active' ? undefined : true),
    100,
  );
  return { state: 'Stopping', tenant, held, call, right: [ABSENT, wholeOf(tenant)] };
}

async function active(flow: Flow): Promise<Case> {
  const tenant = await flow.tenant('active', { branches: 3, config: { gc_period: PERIOD } });
  return { state: 'Active', tenant, right: [{ ...wholeOf(tenant), override: PERIOD }] };
}

async function empty(context: ScenarioContext, flow: Flow): Promise<Case> {
  const tenant = await flow.tenant('empty', { data: false, config: { gc_period: PERIOD } });
  await readTenant(context, tenant);
  return { state: 'empty', tenant, right: [{ present: true, timelines: [], override: PERIOD }] };
}

async function ignored(context: ScenarioContext, flow: Flow): Promise<Case> {
  return {
    state: 'ignored',
    tenant: await CHANGES.load.prepare(context, flow, 'ignored'),
    right: [ABSENT],
  };
}

async function detached(context: ScenarioContext, flow: Flow): Promise<Case> {
  return {
    state: 'detached',
    tenant: await CHANGES.attach.prepare(context, flow, 'detached'),
    right: [ABSENT],
  };
}

/** Its index is cut in the middle before the attach. What the next start makes of the mended one is open. */
async function broken(context: ScenarioContext, flow: Flow): Promise<Case> {
  const tenant = await CHANGES.attach.prepare(context, flow, 'broken');
  const { objects } = context.rig.store;
  const [key] = await indexesOf(context, tenant.id);
  if (key === undefined) throw new UndecidedError('the tenant has no index in the store');
  const whole = (await objects.get(key))!;
  const what = 'index: cut in the middle';
  context.rig.history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what });
  await objects.put(key, whole.subarray(0, Math.floor(whole.length / 2)));
  tenant.ask('a');
  await sendOnce(context, flow, tenant, CHANGES.attach.request(context, tenant));
  await context.eventually(
    async () => ((await seen(context, tenant)) === 'Broken' ? true : undefined),
    PATIENCE_MS,
  );
  return { state: 'Broken', tenant, right: [], mend: () => objects.put(key, whole) };
}

function hold(flow: Flow, { id }: FlowTenant, when: { readonly op: readonly ('get' | 'put')[] }) {
  return flow.fault({ kind: 'store-hold', where: 'node-store', node: 'a', tenant: id, when });
}

async function hitOrLate(context: ScenarioContext, held: FaultHandle): Promise<void> {
  const late = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]);
  await held.hit(late).catch(() => undefined);
}

/** A look over a connection of its own: the tenant's own one waits for its answer. */
async function seen(context: ScenarioContext, tenant: FlowTenant): Promise<string | undefined> {
  const api = await context.api({ node: 'a' });
  const state = context.tenantState(await api.call('tenant_status', { tenant: tenant.id }));
  await api.close();
  return state;
}

const REQUIREMENTS: Readonly<Record<string, string>> = {
  Attaching: 'durability.accepted-may-be-lost',
  Stopping: 'durability.restart',
  ignored: 'ignore.outlives-restart',
  detached: 'detach.durable',
};

async function judge(context: ScenarioContext, flow: Flow, one: Case): Promise<void> {
  const { state, tenant, right } = one;
  context.faultedFlow();
  const found = await readTenant(context, tenant);
  const isRight = right.some((holding) => isHolding(found, holding));
  const what = `${state} at SIGTERM: the restart brings back what there was`;
  if (right.length > 0)
    context.check(REQUIREMENTS[state] ?? 'durability.restart', what, isRight, {
      message: `a tenant that was ${state} at SIGTERM is ${describeFound(found)} after the restart`,
      expected: right.map(describeHolding).join(' or '),
      actual: describeFound(found),
      tenant: tenant.id,
      node: 'a',
    });
  if (flow.ownership.unresolved(tenant.id, 'a').length > 0) return;
  if (state === 'ignored') expectEnd(context, tenant, await tenant.load('a'), 'load');
  else {
    if (found.kind === 'broken') expectEnd(context, tenant, await tenant.detach('a'), 'detach');
    if (found.kind !== 'active') expectEnd(context, tenant, await tenant.attach('a'), 'attach');
  }
  const last = right.at(-1);
  const wanted = last?.present ? last : wholeOf(tenant);
  const after = await readTenant(context, tenant);
  context.check(
    'P8',
    `${state} at SIGTERM: Active and whole in the end`,
    isHolding(after, wanted),
    {
      expected: describeHolding(wanted),
      actual: describeFound(after),
      tenant: tenant.id,
      node: 'a',
    },
  );
  tenant.ask('a');
  await tenant.settle();
}
