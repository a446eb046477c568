// Something for every operation to be about: a tenant with a tree, one that was moved away, one that is ignored; a right
// call of each operation; and all of it as seen from outside, to be compared before and after.

import { type Api, type CallOptions, type Exchange, exactJson, type ScenarioContext } from '#suite';
import { givenStoredTenant, givenTenant, givenTimeline } from './given.ts';
import { bodyList, listedIds, lsnByValue, ownTenants } from './seen.ts';
import { CREATE_SETTINGS } from './settings.ts';

/** Tenants and timelines of one scenario. */
export interface World {
  /** Active, with settings of its own. */
  readonly tenant: string;
  /** Its root timeline. */
  readonly timeline: string;
  /** A branch of the root. */
  readonly branch: string;
  /** Detached with its objects in the store: an attach of it is right. */
  readonly away: string;
  /** Ignored: a load of it is right. */
  readonly ignored: string;
}

/** Operations of the document that ask for a token. */
export const SECURED = [
  'tenant_status',
  'timeline_list',
  'timeline_detail',
  'timeline_delete',
  'get_lsn_by_timestamp',
  'do_gc',
  'attach',
  'detach',
  'ignore',
  'load',
  'synthetic_size',
  'tenant_size',
  'timeline_create',
  'tenant_list',
  'tenant_create',
  'tenant_config',
  'tenant_get_config',
] as const;

/** Operations that are not of one tenant, so that a tenant's token is not enough. */
export const OF_NODE: readonly string[] = ['tenant_list', 'tenant_create'];

/** The world with nobody away: `away` and `ignored` are tenants that were never there. Throws UndecidedError. */
export async function givenTree(context: ScenarioContext, api: Api): Promise<World> {
  const tenant = await givenTenant(context, api, 'world', CREATE_SETTINGS);
  const timeline = await givenTimeline(context, api, tenant, 'world/root');
  const branch = await givenTimeline(context, api, tenant, 'world/branch', {
    ancestor_timeline_id: timeline,
  });
  const [away, ignored] = [context.tenant('away'), context.tenant('ignored')];
  return { tenant, timeline, branch, away, ignored };
}

/** The whole world. Throws UndecidedError where it does not come about. */
export async function givenWorld(context: ScenarioContext, api: Api): Promise<World> {
  const { tenant: away } = await givenStoredTenant(context, api, 'away');
  await api.call('detach', { tenant: away });
  const ignored = await givenTenant(context, api, 'ignored');
  await api.call('ignore', { tenant: ignored });
  return givenTree(context, api);
}

/** A right call of an operation: but for what the caller changes in it, it would succeed. */
export function rightCall(
  context: ScenarioContext,
  operation: string,
  world: World,
  name = 'new',
): CallOptions {
  const { tenant, timeline, branch, away, ignored } = world;
  const calls: Readonly<Record<string, CallOptions>> = {
    status: {},
    eviction_run: { body: { evict_bytes: 1 } },
    tenant_list: {},
    // Where a body names the tenant, the history still has to know.
    tenant_create: { tenant: context.tenant(name), body: { new_tenant_id: context.tenant(name) } },
    tenant_config: { tenant, body: { tenant_id: tenant, gc_horizon: 31_313_131 } },
    timeline_create: {
      tenant,
      timeline: context.timeline(name),
      body: context.timelineBody({ new_timeline_id: context.timeline(name) }),
    },
    timeline_delete: { tenant, timeline: branch },
    timeline_detail: { tenant, timeline },
    do_gc: { tenant, timeline },
    get_lsn_by_timestamp: { tenant, timeline, query: { timestamp: '2023-05-05T12:34:56Z' } },
    attach: { tenant: away },
    load: { tenant: ignored },
  };
  return calls[operation] ?? { tenant };
}

/** What does not change by itself: who is there, with which settings, and which timelines with which ancestors. */
export async function snapshot(api: Api, world: World): Promise<Readonly<Record<string, unknown>>> {
  const list = await api.call('tenant_list');
  const config = await api.call('tenant_get_config', { tenant: world.tenant });
  const timelines = bodyList(await api.call('timeline_list', { tenant: world.tenant }));
  return {
    tenants: listedIds(list, 'id'),
    config: sorted(exactOverrides(config)),
    timelines: timelines
      .map((one) =>
        [one.timeline_id, one.ancestor_timeline_id, lsnByValue(one.ancestor_lsn)].join(' '),
      )
      .sort(),
  };
}

/** Checks that nothing but time has passed since `before`; returns what is to be seen now. */
export async function mustBeUnchanged(
  context: ScenarioContext,
  api: Api,
  world: World,
  seen: {
    readonly before: Readonly<Record<string, unknown>>;
    readonly requirement: string;
    readonly name: string;
  },
): Promise<Readonly<Record<string, unknown>>> {
  const after = await snapshot(api, world);
  const comparable = (what: string, value: unknown): unknown =>
    what === 'tenants' ? ownTenants(context, value as string[]) : value;
  for (const [what, value] of Object.entries(seen.before)) {
    const [expected, actual] = [comparable(what, value), comparable(what, after[what])];
    const isSame = JSON.stringify(expected) === JSON.stringify(actual);
    context.check(seen.requirement, `${seen.name}: ${what}`, isSame, {
      message: `refused requests (${seen.name}) changed the ${what}`,
      expected,
      actual,
      tenant: world.tenant,
    });
  }
  return after;
}

/** Runs `work` over the items with some clients at once, in no particular order. */
export async function overClients<T>(
  context: ScenarioContext,
  items: readonly T[],
  work: (api: Api, item: T) => Promise<void>,
  clients = 4,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    const api = await context.api();
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(api, item);
  };
  await Promise.all(Array.from({ length: Math.min(clients, items.length) }, worker));
}

/** Numbers as they are written: two that differ beyond 2^53 are not the same. */
function exactOverrides(config: Exchange): Readonly<Record<string, unknown>> {
  const body = exactJson(config) as { tenant_specific_overrides?: object } | undefined;
  const entries = Object.entries(body?.tenant_specific_overrides ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
}

function sorted(value: object): unknown {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
