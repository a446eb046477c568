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
  if (state !== 'Active' && state !== 'unstated')
    throw new UndecidedError(`tenant ${tenant} did not become Active`);
}

/** How polling a tenant ended; `unstated`: it is there and read, but the server shows no state of tenants at all. */
export type Settled = 'Active' | 'Broken' | 'unstated';

/**
 * Polls until the tenant is Active or Broken; undefined where neither is shown in time. Throws UnsupportedError (`state`) where the
 * status shows a state, but none that we know.
 */
export async function untilSettled(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<Settled | undefined> {
  let last: string | undefined;
  const isShown = context.rig.supports('state');
  const settled = await context.eventually(
    async () => {
      const shown = await api.call('tenant_status', { tenant });
      last = context.tenantState(shown);
      if (last === 'Active' || last === 'Broken') return last;
      return (await isReadWithoutState(api, tenant, shown)) ? ('unstated' as const) : undefined;
    },
    isShown ? context.limits.attach : 0,
  );
  if (settled === 'unstated') tellUnstated(context);
  if (settled === undefined && last === 'Unknown') {
    throw new UnsupportedError('state', 'the status of a tenant shows no state that we know');
  }
  return settled;
}

/** The document has no member for a state. Where none is shown, a tenant that is read and downloads nothing is good enough. */
async function isReadWithoutState(api: Api, tenant: string, shown: Exchange): Promise<boolean> {
  if (shown.response?.status !== 200) return false;
  const info = bodyJson(shown) as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof info !== 'object' || info === null) return false;
  // One that is shown, but not in the dialect of the target file, is for its author to put right.
  if ('state' in info || 'attachment_status' in info) return false;
  if (info.has_in_progress_downloads === true) return false;
  const list = await api.call('timeline_list', { tenant });
  return list.response?.status === 200;
}

function tellUnstated(context: ScenarioContext): void {
  context.finding({
    requirement: 'attach.states-unspecified',
    level: 'warn',
    kind: 'document',
    contradiction: 'tenant-state-missing',
    message: 'No state of a tenant is shown: name its dialect with "state:" in the target file.',
  });
}

/** Whether an attach or load ended Active; undecided where no state is shown. */
export function mustBeActive(
  context: ScenarioContext,
  tenant: string,
  state: Settled | undefined,
  seen: { readonly requirement: string; readonly name: string; readonly message: string },
): void {
  const { requirement, name, message } = seen;
  if (state === 'unstated') {
    context.undecided(requirement, 'the server shows no state of a tenant');
    return;
  }
  context.check(requirement, name, state === 'Active', {
    message,
    expected: `Active within ${context.limits.attach} ms`,
    actual: state ?? 'neither Active nor Broken',
    tenant,
  });
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
