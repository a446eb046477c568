// A tree of nine timelines: a root, three branches of it, and branches of those.

import { type Api, bodyJson, exactJson, parseLsn, type ScenarioContext } from '#suite';
import { givenTenant, givenTimeline } from './given.ts';
import { bodyList, bodyObject, lsnByValue } from './seen.ts';
import { settingValue } from './settings.ts';

/** Names of the timelines and of their ancestors, parents first. */
const NINE: readonly (readonly [name: string, ancestor: string | undefined])[] = [
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

/** Long before the timelines, so that a server that looks for it looks everywhere. */
const MOMENT = { timestamp: '2023-05-05T12:34:56Z' };

/** A tenant and its nine timelines. */
export interface Tree {
  readonly tenant: string;
  readonly timelines: readonly string[];
}

/** Makes a tenant with a setting of its own and the whole tree. Throws UndecidedError. */
export async function givenTreeOfNine(
  context: ScenarioContext,
  api: Api,
  name: string,
  horizon: number,
): Promise<Tree> {
  const tenant = await givenTenant(context, api, name, { gc_horizon: horizon });
  const ids = new Map<string, string>();
  for (const [branch, ancestor] of NINE) {
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
  const inputs = await api.call('tenant_size', { tenant, query: { inputs_only: 'true' } });
  const size = await api.call('tenant_size', { tenant });
  // What is told of a moment may become finer or coarser with time; that it is told stays.
  const moment = await api.call('get_lsn_by_timestamp', { tenant, timeline, query: MOMENT });
  const synthetic = await api.call('synthetic_size', { tenant });
  return {
    tenant_status: lower(bodyObject(status).id),
    tenant_list: String(bodyList(all).filter((one) => lower(one.id) === tenant).length),
    timeline_list: bodyList(list).map(lasting).sort().join('\n'),
    timeline_detail: lasting(bodyObject(detail)),
    tenant_get_config: settingsText(exactJson(config)),
    'tenant_size, inputs only': JSON.stringify([
      lower(bodyObject(inputs).id),
      bodyObject(inputs).size,
    ]),
    tenant_size: JSON.stringify([lower(bodyObject(size).id), typeof bodyObject(size).size]),
    get_lsn_by_timestamp: [moment.response?.status, lsnOrNot(bodyJson(moment))].join(' '),
    synthetic_size: lower(bodyObject(synthetic).id),
  };
}

/** The settings by value, however they are ordered and spelt; integers with all their digits. */
function settingsText(shown: unknown): string {
  const config = (shown ?? {}) as Readonly<Record<string, unknown>>;
  const parts = ['tenant_specific_overrides', 'effective_config'].map((part) =>
    Object.entries((config[part] ?? {}) as object)
      .map(([name, value]) => `${name}=${settingValue(value)}`)
      .sort(),
  );
  return JSON.stringify(parts);
}

function lasting(timeline: Readonly<Record<string, unknown>>): string {
  const { timeline_id, tenant_id, ancestor_timeline_id, ancestor_lsn } = timeline;
  const ids = [timeline_id, tenant_id, ancestor_timeline_id].map(lower);
  return [...ids, lsnByValue(ancestor_lsn)].join(' ');
}

const lsnOrNot = (value: unknown): string =>
  typeof value === 'string' && parseLsn(value) !== undefined ? 'an LSN' : 'no LSN';

const lower = (value: unknown): string => String(value).toLowerCase();
