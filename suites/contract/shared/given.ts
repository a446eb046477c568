// What a scenario builds upon: tenants, timelines, a moved state. Where it does not come about, the missing success is a
// finding and the rest of the scenario stays undecided.

import { bodyJson, type Exchange, type ScenarioContext, UndecidedError } from '#suite';

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

/** Waits until the tenant is Active. Throws UndecidedError when it does not become so within the limit of an attach. */
export async function untilActive(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<void> {
  const state = await untilSettled(context, api, tenant);
  if (state !== 'Active' && state !== 'unstated')
    throw new UndecidedError(`tenant ${tenant} did not become Active`);
}

/** How polling a tenant ended; `unstated`: it is there and read, but the server shows no state of tenants at all. */
export type Settled = 'Active' | 'Broken' | 'unstated';

/** Polls until the tenant is Active or Broken; undefined where neither comes, or its status is an error. */
export async function untilSettled(
  context: ScenarioContext,
  api: Api,
  tenant: string,
): Promise<Settled | undefined> {
  const settled = await context.eventually(async () => {
    const shown = await api.call('tenant_status', { tenant });
    const state = context.tenantState(shown);
    if (state === 'Active' || state === 'Broken') return state;
    return (await isReadWithoutState(api, tenant, shown)) ? ('unstated' as const) : undefined;
  }, context.limits.attach);
  if (settled === 'unstated') tellUnstated(context);
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
  const stored = await context.eventually(async () => {
    if (context.rig.supports('tap')) {
      const { objects, prefix } = context.rig.store;
      const keys = await objects.list(prefix);
      const isIndex = (key: string): boolean =>
        key.includes(tenant) && key.includes(timeline) && key.includes('index_part.json');
      return keys.some(isIndex) || undefined;
    }
    const detail = bodyJson(await api.call('timeline_detail', { tenant, timeline }));
    const lsn = (detail as { remote_consistent_lsn?: unknown } | undefined)?.remote_consistent_lsn;
    return (typeof lsn === 'string' && !/^[0/]*$/.test(lsn)) || undefined;
  }, context.limits.attach);
  if (!stored)
    throw new UndecidedError(`the index of timeline ${timeline} did not reach the store`);
}

function needStatus(exchange: Exchange, status: number): void {
  if (exchange.response?.status === status) return;
  const actual = exchange.response?.status ?? exchange.failure?.error;
  throw new UndecidedError(`${exchange.operation} was answered ${actual}, not ${status}`);
}
