// What a scenario builds upon: tenants, timelines, a moved state. Where it does not come about, the missing success is a
// finding and the rest of the scenario stays undecided.

import {
  bodyJson,
  type Exchange,
  indexesOf,
  type ScenarioContext,
  UndecidedError,
  UnsupportedError,
} from '#suite';

type Api = Awaited<ReturnType<ScenarioContext['api']>>;

/** A new tenant of this scenario, Active; `body` adds config members. Throws UndecidedError. */
export async function givenTenant(
  context: ScenarioContext,
  api: Api,
  name = 'one',
  body: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const tenant = context.tenant(name);
  const created = await api.call('tenant_create', {
    tenant,
    body: { new_tenant_id: tenant, ...body },
    expect: { kind: 'success', status: 201, name: 'a tenant to work with is created' },
  });
  needStatus(created, 201);
  await untilActive(context, api, tenant);
  return tenant;
}

/** A new timeline of this scenario, a root unless `body` names an ancestor. Throws UndecidedError. */
export async function givenTimeline(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  name = 'main',
  body: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const timeline = context.timeline(name);
  const created = await api.call('timeline_create', {
    tenant,
    timeline,
    body: context.timelineBody({ new_timeline_id: timeline, ...body }),
    expect: { kind: 'success', status: 201, name: 'a timeline to work with is created' },
  });
  needStatus(created, 201);
  return timeline;
}

/** A tenant with one root timeline whose index is in the store, so that it can leave and come back. */
export async function givenStoredTenant(
  context: ScenarioContext,
  api: Api,
  name = 'one',
): Promise<{ readonly tenant: string; readonly timeline: string }> {
  const tenant = await givenTenant(context, api, name);
  const timeline = await givenTimeline(context, api, tenant, `${name}/main`);
  await untilStored(context, api, tenant, timeline);
  return { tenant, timeline };
}

/**
 * Waits until the tenant is Active, or until its timelines can be listed where no state is shown. Throws UndecidedError when it does
 * not become so within the limit of an attach.
 */
export async function untilActive(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<void> {
  if (!context.rig.supports('state')) {
    const isRead = async (): Promise<true | undefined> =>
      (await api.call('timeline_list', { tenant })).response?.status === 200 || undefined;
    if (await context.eventually(isRead, context.limits.attach)) return;
    throw new UndecidedError(`the timelines of tenant ${tenant} could not be listed`);
  }
  const state = await untilSettled(context, api, tenant);
  if (state !== 'Active') throw new UndecidedError(`tenant ${tenant} did not become Active`);
}

/**
 * Polls until the tenant is Active or Broken; undefined where neither is shown in time. Throws UnsupportedError (`state`) where the
 * status is a success and shows no state that we know: the document has no property for it.
 */
export async function untilSettled(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<'Active' | 'Broken' | undefined> {
  let last: string | undefined;
  const isShown = context.rig.supports('state');
  const settled = await context.eventually(
    async () => {
      last = context.tenantState(await api.call('tenant_status', { tenant }));
      return last === 'Active' || last === 'Broken' ? last : undefined;
    },
    isShown ? context.limits.attach : 0,
  );
  if (settled === undefined && last === 'Unknown') {
    throw new UnsupportedError('state', 'the status of a tenant shows no state that we know');
  }
  return settled;
}

/** Waits until the index of a timeline is in the store: seen there, or shown by the timeline where we have no tap. */
async function untilStored(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  timeline: string,
): Promise<void> {
  const { rig, limits } = context;
  const isAtTap = async (): Promise<true | undefined> =>
    (await indexesOf(context, tenant, timeline)).length > 0 || undefined;
  const isShown = async (): Promise<true | undefined> => {
    const detail = bodyJson(await api.call('timeline_detail', { tenant, timeline }));
    const lsn = (detail as { remote_consistent_lsn?: unknown } | undefined)?.remote_consistent_lsn;
    return (typeof lsn === 'string' && !/^[0/]*$/.test(lsn)) || undefined;
  };
  const isTold = rig.supports('tap') && rig.supports('layout');
  if (isTold && (await context.eventually(isAtTap, limits.attach))) return;
  // A layout that is not known shows no index; what the server says of itself is then all there is.
  if (await context.eventually(isShown, isTold ? 0 : limits.attach)) return;
  throw new UndecidedError(`the index of timeline ${timeline} did not reach the store`);
}

function needStatus(exchange: Exchange, status: number): void {
  if (exchange.response?.status === status) return;
  const actual = exchange.response?.status ?? exchange.failure?.error;
  throw new UndecidedError(`${exchange.operation} was answered ${actual}, not ${status}`);
}
