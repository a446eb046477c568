// Timelines beyond those that a tenant is made with: created and in the store, shown with their ancestors, or gone.

import {
  bodyJson,
  curlRequest,
  type Exchange,
  expectOutcome,
  type FlowTenant,
  type ScenarioContext,
  untilStored,
} from '#suite';

/** A timeline as it must be shown. */
export interface Branch {
  readonly id: string;
  /** Absent: a root, or of no interest. */
  readonly ancestor?: string;
}

/** Creates a timeline and waits until its index is in the store; throws as `untilStored` where it never gets there. */
export async function added(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: string,
  branch: Branch,
): Promise<void> {
  const made = await tenant.driver.createTimeline(tenant.id, node, {
    ...branch,
    extra: context.target.timelineCreate,
  });
  const step = { requirement: 'timeline.create', what: 'timeline create', id: tenant.id, node };
  expectOutcome(context, made, ['done'], step);
  const place = { tenant: tenant.id, node, timelines: [branch.id] };
  await untilStored(context, tenant.driver, place);
}

/** Resolves with true when the next index of this timeline is committed by a node; false where none comes within the limit. */
export function nextIndexOf(
  context: ScenarioContext,
  tenant: FlowTenant,
  timeline: string,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = context.rig.store.onEvent((event) => {
    if (event.type !== 'committed' || event.op !== 'put' || !event.index) return;
    if (event.tenant === tenant.id && event.timeline === timeline) resolve(true);
  });
  const timer = setTimeout(() => resolve(false), context.limits.attach);
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

/** The timelines that a node lists. */
export async function listTimelines(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: string,
): Promise<{ readonly exchange: Exchange; readonly rows: readonly Record<string, unknown>[] }> {
  const api = await context.api({ node });
  const exchange = await api.call('timeline_list', { tenant: tenant.id });
  const shown = bodyJson(exchange);
  return { exchange, rows: Array.isArray(shown) ? (shown as Record<string, unknown>[]) : [] };
}

/** Checks that the node lists exactly these timelines, each with its ancestor. */
export async function mustListExactly(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: string,
  branches: readonly Branch[],
  check: { readonly requirement: string; readonly name: string },
): Promise<void> {
  const { exchange, rows } = await listTimelines(context, tenant, node);
  const shown = rows.map((row) => lower(row.timeline_id)).sort();
  const wanted = branches.map(({ id }) => id).sort();
  const about = { tenant: tenant.id, node, request: curlRequest(exchange) };
  context.check(check.requirement, `${check.name}: which`, String(shown) === String(wanted), {
    message: `node ${node} does not list the timelines that tenant ${tenant.id} has (${check.name})`,
    expected: wanted,
    actual: exchange.response?.status === 200 ? shown : `status ${exchange.response?.status}`,
    ...about,
  });
  const lost = branches.filter(({ id, ancestor }) => {
    const row = rows.find((one) => lower(one.timeline_id) === id);
    return row && ancestor !== undefined && lower(row.ancestor_timeline_id) !== ancestor;
  });
  context.check(check.requirement, `${check.name}: ancestors`, lost.length === 0, {
    message: `timelines of tenant ${tenant.id} have lost their ancestors (${check.name})`,
    expected: lost.map(({ id, ancestor }) => `${id} of ${ancestor}`),
    ...about,
  });
}

const lower = (value: unknown): string => String(value).toLowerCase();
