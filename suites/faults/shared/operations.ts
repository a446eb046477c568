// The operations that every fault is tried on: how a tenant is brought to where one is asked for, the request that is
// struck, and how it must end.

import { type DriverOutcome, expectOutcome, type FlowTenant, type ScenarioContext } from '#suite';

/** One operation under a fault. */
export interface StruckOperation {
  readonly name: string;
  /** Requirement that its end decides. */
  readonly requirement: string;
  /** Node that it is sent to. */
  readonly node: 'a' | 'b';
  /** Node that the tenant is to be Active on afterwards; undefined: nowhere. */
  readonly ends: 'a' | 'b' | undefined;
  readonly wanted: readonly DriverOutcome['kind'][];
  /** The request that a fault on the way to the node is aimed at. */
  request(tenant: string): { readonly method: string; readonly path: RegExp };
  /** Brings a tenant that is Active on `a` to where the operation makes sense. */
  prepare(context: ScenarioContext, tenant: FlowTenant): Promise<void>;
  run(context: ScenarioContext, tenant: FlowTenant): Promise<DriverOutcome>;
}

const post = (tail: string) => (tenant: string) => ({
  method: 'POST',
  path: new RegExp(`^/v1/tenant/${tenant}/${tail}/?(\\?|$)`),
});

const nothing = async (): Promise<void> => undefined;

/** The six operations, by name. */
export const OPERATIONS = {
  attach: {
    name: 'attach',
    requirement: 'attach.reaches-active-or-broken',
    node: 'b',
    ends: 'b',
    wanted: ['active'],
    request: post('attach'),
    prepare: (context, tenant) => detachFrom(context, tenant, 'a'),
    run: (_, tenant) => tenant.attach('b'),
  },
  detach: {
    name: 'detach',
    requirement: 'detach.removes-memory',
    node: 'a',
    ends: undefined,
    wanted: ['done'],
    request: post('detach'),
    prepare: nothing,
    run: (_, tenant) => tenant.detach('a'),
  },
  status: {
    name: 'status',
    requirement: 'ownership.must-own',
    node: 'a',
    ends: 'a',
    wanted: ['active'],
    request: (tenant) => ({ method: 'GET', path: new RegExp(`^/v1/tenant/${tenant}(\\?|$)`) }),
    prepare: nothing,
    run: (_, tenant) => tenant.driver.waitActive(tenant.id, 'a'),
  },
  'timeline-create': {
    name: 'timeline-create',
    requirement: 'P8',
    node: 'a',
    ends: 'a',
    wanted: ['done'],
    request: post('timeline'),
    prepare: nothing,
    run: (context, tenant) =>
      tenant.driver.createTimeline(tenant.id, 'a', {
        // A tenant may be struck again and again, each time with a new timeline.
        id: context.random.hex(32),
        ancestor: tenant.timelines[0]!,
        extra: context.target.timelineCreate,
      }),
  },
  ignore: {
    name: 'ignore',
    requirement: 'ignore.removes-memory',
    node: 'a',
    ends: undefined,
    // Without its 200 a second ignore is refused; that the tenant is gone is then all there is to see.
    wanted: ['done', 'absent'],
    request: post('ignore'),
    prepare: nothing,
    run: (_, tenant) => tenant.ignore('a'),
  },
  load: {
    name: 'load',
    requirement: 'load.status-tells',
    node: 'a',
    ends: 'a',
    wanted: ['active'],
    request: post('load'),
    prepare: (context, tenant) => ignoreOn(context, tenant, 'a'),
    run: (_, tenant) => tenant.load('a'),
  },
} as const satisfies Record<string, StruckOperation>;

/** Name of an operation. */
export type OperationName = keyof typeof OPERATIONS;

/** Detaches without any fault. */
export async function detachFrom(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: 'a' | 'b',
): Promise<void> {
  const outcome = await tenant.detach(node);
  const step = { requirement: 'detach.removes-memory', what: 'detach', id: tenant.id, node };
  expectOutcome(context, outcome, ['done'], step);
}

/** Attaches without any fault: Active. */
export async function attachTo(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: 'a' | 'b',
): Promise<void> {
  const outcome = await tenant.attach(node);
  const step = { requirement: 'detach.reattach', what: 'attach', id: tenant.id, node };
  expectOutcome(context, outcome, ['active'], step);
}

/** Ignores without any fault. */
export async function ignoreOn(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: 'a' | 'b',
): Promise<void> {
  const outcome = await tenant.ignore(node);
  const step = { requirement: 'ignore.removes-memory', what: 'ignore', id: tenant.id, node };
  expectOutcome(context, outcome, ['done'], step);
}

/** Loads without any fault: Active. */
export async function loadOn(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: 'a' | 'b',
): Promise<void> {
  const outcome = await tenant.load(node);
  const step = { requirement: 'load.removes-mark', what: 'load', id: tenant.id, node };
  expectOutcome(context, outcome, ['active'], step);
}
