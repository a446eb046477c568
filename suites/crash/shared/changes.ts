// The eight operations that change state, as a crash strikes them: how a tenant is brought to where one makes sense, the
// request, what must be found when it had no effect and when it had, and how it is brought to its end afterwards.

import {
  type DriverOutcome,
  expectOutcome,
  type Flow,
  type FlowTenant,
  type ScenarioContext,
} from '#suite';
import { sendOnce } from './send.ts';

/** What a restart may bring back of a tenant. */
export interface Holding {
  readonly present: boolean;
  /** Ids, the root first. */
  readonly timelines?: readonly string[];
  /** Value of `gc_period`; undefined: not compared. */
  readonly override?: string;
}

/** One request that changes state. */
export interface ChangeRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly timeline?: string;
  readonly body?: unknown;
}

/** One operation under a crash. `node` is where everything happens. */
export interface Change {
  readonly name: ChangeName;
  /** Requirement that decides what its 2xx promises. */
  readonly promises: string;
  /** Its success is a 202: not durable by itself in the profile `documented`. */
  readonly scheduled: boolean;
  prepare(context: ScenarioContext, flow: Flow, name: string): Promise<FlowTenant>;
  request(context: ScenarioContext, tenant: FlowTenant): ChangeRequest;
  /** Where the tenant is to be when it is done. */
  readonly place: 'a' | null;
  before(context: ScenarioContext, tenant: FlowTenant): Holding;
  after(context: ScenarioContext, tenant: FlowTenant): Holding;
  /** Repeats it until it is done, by the rules of a right control plane; afterwards the tenant is as `after` says. */
  finish(context: ScenarioContext, flow: Flow, tenant: FlowTenant): Promise<void>;
}

/** Names of the operations. */
export type ChangeName =
  | 'attach'
  | 'detach'
  | 'create'
  | 'config'
  | 'ignore'
  | 'load'
  | 'timeline-create'
  | 'timeline-delete';

/** `gc_period` before and after the config request. */
const PERIODS = { before: '3h', after: '9h' } as const;

const absent: Holding = { present: false };

const whole = (_: unknown, { timelines }: FlowTenant): Holding => ({ present: true, timelines });

const made = (_context: ScenarioContext, flow: Flow, name: string): Promise<FlowTenant> =>
  flow.tenant(name, { branches: 1 });

const post =
  (operation: string) =>
  (_: unknown, { id }: FlowTenant): ChangeRequest => ({
    operation,
    method: 'POST',
    path: `/v1/tenant/${id}/${operation}`,
  });

/** The timeline that `timeline-create` makes. */
const added = (context: ScenarioContext, tenant: FlowTenant): string =>
  context.timeline(`${tenant.id}/added`);

const attach: Change = {
  name: 'attach',
  promises: 'durability.accepted-may-be-lost',
  scheduled: true,
  place: 'a',
  async prepare(context, flow, name) {
    const tenant = await made(context, flow, name);
    expectEnd(context, tenant, await tenant.detach('a'), 'detach');
    return tenant;
  },
  request: post('attach'),
  before: () => absent,
  after: whole,
  finish: async (context, _, tenant) =>
    expectEnd(context, tenant, await tenant.attach('a'), 'attach'),
};

const detach: Change = {
  name: 'detach',
  promises: 'detach.durable',
  scheduled: false,
  place: null,
  prepare: made,
  request: post('detach'),
  before: whole,
  after: () => absent,
  finish: async (context, _, tenant) =>
    expectEnd(context, tenant, await tenant.detach('a'), 'detach'),
};

const create: Change = {
  name: 'create',
  promises: 'durability.restart',
  scheduled: false,
  place: 'a',
  prepare: (_, flow, name) => flow.tenant(name, { created: false }),
  request: (_, { id }) => ({
    operation: 'tenant_create',
    method: 'POST',
    path: '/v1/tenant/',
    body: { new_tenant_id: id, gc_period: PERIODS.before },
  }),
  before: () => absent,
  after: () => ({ present: true, timelines: [], override: PERIODS.before }),
  async finish(context, _, tenant) {
    const { id, driver } = tenant;
    const seen = await driver.waitActive(id, 'a');
    if (seen.kind !== 'absent') return expectEnd(context, tenant, seen, 'create');
    const again = await driver.createTenant(id, 'a', { gc_period: PERIODS.before });
    expectEnd(context, tenant, again, 'create');
  },
};

const config: Change = {
  name: 'config',
  promises: 'config.survives-restart',
  scheduled: false,
  place: 'a',
  prepare: (_, flow, name) => flow.tenant(name, { config: { gc_period: PERIODS.before } }),
  request: (_, { id }) => ({
    operation: 'tenant_config',
    method: 'PUT',
    path: '/v1/tenant/config',
    body: { tenant_id: id, gc_period: PERIODS.after },
  }),
  before: (_, { timelines }) => ({ present: true, timelines, override: PERIODS.before }),
  after: (_, { timelines }) => ({ present: true, timelines, override: PERIODS.after }),
  finish: (context, flow, tenant) => sendAgain(context, flow, tenant, config),
};

const ignore: Change = {
  name: 'ignore',
  promises: 'ignore.outlives-restart',
  scheduled: false,
  place: null,
  prepare: made,
  request: post('ignore'),
  before: whole,
  after: () => absent,
  async finish(context, _, tenant) {
    // A second ignore of an ignored tenant is refused: there is nothing left to do.
    const seen = await tenant.driver.waitActive(tenant.id, 'a');
    if (seen.kind !== 'absent') expectEnd(context, tenant, await tenant.ignore('a'), 'ignore');
  },
};

const load: Change = {
  name: 'load',
  promises: 'durability.accepted-may-be-lost',
  scheduled: true,
  place: 'a',
  async prepare(context, flow, name) {
    const tenant = await made(context, flow, name);
    expectEnd(context, tenant, await tenant.ignore('a'), 'ignore');
    return tenant;
  },
  request: post('load'),
  before: () => absent,
  after: whole,
  async finish(context, _, tenant) {
    const seen = await tenant.driver.waitActive(tenant.id, 'a');
    const ended = seen.kind === 'absent' ? await tenant.load('a') : seen;
    expectEnd(context, tenant, ended, 'load');
  },
};

const timelineCreate: Change = {
  name: 'timeline-create',
  promises: 'P8',
  scheduled: false,
  place: 'a',
  prepare: made,
  request: (context, tenant) => ({
    operation: 'timeline_create',
    method: 'POST',
    path: `/v1/tenant/${tenant.id}/timeline/`,
    timeline: added(context, tenant),
    body: context.timelineBody({
      new_timeline_id: added(context, tenant),
      ancestor_timeline_id: tenant.timelines[0],
    }),
  }),
  before: whole,
  after: (context, tenant) => ({
    present: true,
    timelines: [...tenant.timelines, added(context, tenant)],
  }),
  async finish(context, _, tenant) {
    const again = await tenant.driver.createTimeline(tenant.id, 'a', {
      id: added(context, tenant),
      ancestor: tenant.timelines[0]!,
      extra: context.target.timelineCreate,
    });
    // Refused with 409: it is there already.
    if (again.kind === 'refused' && again.status === 409) return;
    expectEnd(context, tenant, again, 'timeline-create');
  },
};

const timelineDelete: Change = {
  name: 'timeline-delete',
  promises: 'timeline.delete-stays',
  scheduled: false,
  place: 'a',
  prepare: made,
  request: (_, { id, timelines }) => ({
    operation: 'timeline_delete',
    method: 'DELETE',
    path: `/v1/tenant/${id}/timeline/${timelines[1]}`,
    timeline: timelines[1]!,
  }),
  before: whole,
  after: (_, { timelines }) => ({ present: true, timelines: timelines.slice(0, 1) }),
  finish: (context, flow, tenant) => sendAgain(context, flow, tenant, timelineDelete),
};

/** All of them, by name. */
export const CHANGES: Readonly<Record<ChangeName, Change>> = {
  attach,
  detach,
  create,
  config,
  ignore,
  load,
  'timeline-create': timelineCreate,
  'timeline-delete': timelineDelete,
};

/** Requirement and good ends of each step that is repeated. */
const ENDS = {
  attach: ['attach.reaches-active-or-broken', 'active'],
  create: ['tenant.create', 'active'],
  load: ['load.status-tells', 'active'],
  detach: ['detach.removes-memory', 'done'],
  ignore: ['ignore.removes-memory', 'done'],
  'timeline-create': ['timeline.create', 'done'],
} as const;

/** The step came to its good end, or the scenario ends. */
export function expectEnd(
  context: ScenarioContext,
  { id }: FlowTenant,
  outcome: DriverOutcome,
  what: keyof typeof ENDS,
): void {
  const [requirement, kind] = ENDS[what];
  expectOutcome(context, outcome, [kind], { requirement, what, id, node: 'a' });
}

/** The same request once more; what it asks for may be there already (404 of a deletion). */
async function sendAgain(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  change: Change,
): Promise<void> {
  const exchange = await sendOnce(context, flow, tenant, change.request(context, tenant));
  const status = exchange.response?.status;
  const isDone = status === 200 || (change.name === 'timeline-delete' && status !== undefined);
  context.check(change.promises, `${change.name} works after the restart`, isDone, {
    actual: status ?? exchange.failure?.error,
    tenant: tenant.id,
    node: 'a',
  });
}
