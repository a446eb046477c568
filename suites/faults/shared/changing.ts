// Every operation that changes a tenant: the six of `operations.ts` but the status, and those that a control plane's
// driver has no step for.

import {
  type CallOptions,
  type DriverOutcome,
  type Exchange,
  type FlowTenant,
  type ScenarioContext,
  sleep,
} from '#suite';
import { OPERATIONS, type StruckOperation } from './operations.ts';

/** A state-changing operation. */
export interface ChangingOperation extends StruckOperation {
  /** The bare call, as anybody may send it: operation of the document and what it is called with. */
  call(context: ScenarioContext, tenant: FlowTenant): readonly [string, CallOptions];
  /** The tenant that it is about; the tenant of the case unless it makes a new one. */
  subject(context: ScenarioContext, tenant: FlowTenant): string;
}

/** Names of the operations that carry a body, so that half a request is surely not a whole one. */
export const WITH_BODY: ReadonlySet<string> = new Set(['create', 'config', 'timeline-create']);

/** Attempts of an operation that the driver has no step for. */
const ATTEMPTS_MAX = 40;

const own = (operation: StruckOperation): ChangingOperation => ({
  ...operation,
  subject: (_, tenant) => tenant.id,
  call: (_, tenant) => [operation.name, { tenant: tenant.id }],
});

const newTenant = (context: ScenarioContext, tenant: FlowTenant): string =>
  context.tenant(`${tenant.id}/new`);

/** The timeline that a case creates to delete it. */
const doomed = (context: ScenarioContext, tenant: FlowTenant): string =>
  context.timeline(`${tenant.id}/doomed`);

/** All of them. */
export const CHANGING: readonly ChangingOperation[] = [
  own(OPERATIONS.attach),
  own(OPERATIONS.detach),
  {
    ...own(OPERATIONS['timeline-create']),
    call: (context, tenant) => {
      const timeline = context.timeline(`${tenant.id}/twice`);
      const ids = { new_timeline_id: timeline, ancestor_timeline_id: tenant.timelines[0]! };
      const body = context.timelineBody(ids);
      return ['timeline_create', { tenant: tenant.id, timeline, body }];
    },
  },
  own(OPERATIONS.ignore),
  own(OPERATIONS.load),
  {
    name: 'create',
    requirement: 'tenant.create',
    node: 'a',
    ends: 'a',
    wanted: ['active'],
    subject: newTenant,
    request: () => ({ method: 'POST', path: /^\/v1\/tenant\/?(\?|$)/ }),
    prepare: async () => undefined,
    call: (context, tenant) => [
      'tenant_create',
      {
        tenant: newTenant(context, tenant),
        body: { new_tenant_id: newTenant(context, tenant) },
      },
    ],
    run: (context, tenant) => tenant.driver.createTenant(newTenant(context, tenant), 'a'),
  },
  {
    name: 'config',
    requirement: 'P8',
    node: 'a',
    ends: 'a',
    wanted: ['done'],
    subject: (_, tenant) => tenant.id,
    request: () => ({ method: 'PUT', path: /^\/v1\/tenant\/config\/?(\?|$)/ }),
    prepare: async () => undefined,
    call: (_, tenant) => [
      'tenant_config',
      { tenant: tenant.id, body: { tenant_id: tenant.id, gc_horizon: 123_456 } },
    ],
    run: (context, tenant) =>
      repeat(context, tenant, 'tenant_config', {
        body: { tenant_id: tenant.id, gc_horizon: 123_456 },
      }),
  },
  {
    name: 'timeline-delete',
    requirement: 'P8',
    node: 'a',
    ends: 'a',
    wanted: ['done'],
    subject: (_, tenant) => tenant.id,
    request: (tenant) => ({
      method: 'DELETE',
      path: new RegExp(`^/v1/tenant/${tenant}/timeline/[0-9a-f]{32}(\\?|$)`),
    }),
    async prepare(context, tenant) {
      await tenant.driver.createTimeline(tenant.id, 'a', {
        id: doomed(context, tenant),
        extra: context.target.timelineCreate,
      });
    },
    call: (context, tenant) => [
      'timeline_delete',
      { tenant: tenant.id, timeline: doomed(context, tenant) },
    ],
    run: (context, tenant) =>
      repeat(context, tenant, 'timeline_delete', { timeline: doomed(context, tenant) }),
  },
];

/** Sends a call through the driver's link again and again until it is done; a delete is also done when nothing is there. */
export async function repeat(
  context: ScenarioContext,
  tenant: FlowTenant,
  operation: string,
  call: { readonly body?: unknown; readonly timeline?: string },
): Promise<DriverOutcome> {
  const begun = performance.now();
  const api = await context.api({ url: tenant.driver.links.a!.url, judged: false });
  let last: Exchange | undefined;
  for (let attempts = 1; attempts <= ATTEMPTS_MAX; attempts += 1) {
    last = await api.call(operation, { tenant: tenant.id, ...call });
    const base = { elapsedMs: performance.now() - begun, late: false, attempts, last };
    const status = last.response?.status;
    if (status === 200) return { kind: 'done', ...base };
    if (status === 404 && operation === 'timeline_delete') {
      return { kind: 'done', ...base };
    }
    if (status !== undefined && status < 500 && status !== 409 && status !== 404) {
      return { kind: 'refused', status, mayOwn: false, ...base };
    }
    await sleep(20 * attempts, context.signal);
  }
  const seen = `${operation} answered ${last?.response?.status ?? last?.failure?.error}`;
  const elapsedMs = performance.now() - begun;
  return { kind: 'stuck', seen, elapsedMs, late: true, attempts: ATTEMPTS_MAX };
}
