// A tree of nine timelines: a root, three branches of it, and branches of those.

import type { Api, ScenarioContext } from '#suite';
import { givenTenant, givenTimeline } from './given.ts';
import { bodyList, bodyObject, inOrder } from './seen.ts';

/** Names of the timelines and of their ancestors, parents first. */
const TREE: readonly (readonly [name: string, ancestor: string | undefined])[] = [
  ['root', undefined],
  ['a', 'root'],
  ['b', 'root'],
  ['c', 'root'],
  ['a1', 'a'],
  ['a2', 'a'],
  ['b1', 'b'],
  ['a11', 'a1'],
  ['a12', 'a1'],
];

/** A tenant and its nine timelines. */
export interface Tree {
  readonly tenant: string;
  readonly timelines: readonly string[];
}

/** Makes a tenant with a setting of its own and the whole tree. Throws UndecidedError. */
export async function givenTree(
  context: ScenarioContext,
  api: Api,
  name: string,
  horizon: number,
): Promise<Tree> {
  const tenant = await givenTenant(context, api, name, { gc_horizon: horizon });
  const ids = new Map<string, string>();
  for (const [branch, ancestor] of TREE) {
    const body = ancestor === undefined ? {} : { ancestor_timeline_id: ids.get(ancestor) };
    ids.set(branch, await givenTimeline(context, api, tenant, `${name}/${branch}`, body));
  }
  return { tenant, timelines: [...ids.values()] };
}

/** What reads of a tenant show that does not change while nothing is asked of it: one text for each read. */
export async function lastingReads(
  api: Api,
  tree: Tree,
): Promise<Readonly<Record<string, string>>> {
  const { tenant, timelines } = tree;
  const timeline = timelines.at(-1)!;
  const status = await api.call('tenant_status', { tenant });
  const all = await api.call('tenant_list');
  const list = await api.call('timeline_list', { tenant });
  const detail = await api.call('timeline_detail', { tenant, timeline });
  const config = await api.call('tenant_get_config', { tenant });
  const size = await api.call('tenant_size', { tenant, query: { inputs_only: 'true' } });
  const synthetic = await api.call('synthetic_size', { tenant });
  return {
    tenant_status: lower(bodyObject(status).id),
    tenant_list: String(bodyList(all).filter((one) => lower(one.id) === tenant).length),
    timeline_list: bodyList(list).map(lasting).sort().join('\n'),
    timeline_detail: lasting(bodyObject(detail)),
    tenant_get_config: inOrder(bodyObject(config)),
    tenant_size: JSON.stringify([lower(bodyObject(size).id), bodyObject(size).size]),
    synthetic_size: lower(bodyObject(synthetic).id),
  };
}

function lasting(timeline: Readonly<Record<string, unknown>>): string {
  const { timeline_id, tenant_id, ancestor_timeline_id, ancestor_lsn } = timeline;
  return [timeline_id, tenant_id, ancestor_timeline_id, ancestor_lsn].map(lower).join(' ');
}

const lower = (value: unknown): string => String(value).toLowerCase();
