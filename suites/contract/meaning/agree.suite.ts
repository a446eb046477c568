// Create, list, detail, sizes and config tell one story: same tenants, same timelines, same ancestors, same settings; and what
// is done to one tenant shows in no other.

import { type Api, type Exchange, equalLsn, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { bodyList, bodyObject, isSameId, listedIds, mustShow } from '../shared/seen.ts';

/** A tree: name, its parent. Nine timelines, so that a list that ends early shows. */
const TREE: readonly (readonly [name: string, parent: string | undefined])[] = [
  ['root', undefined],
  ['left', 'root'],
  ['right', 'root'],
  ['left/left', 'left'],
  ['left/right', 'left'],
  ['left/left/left', 'left/left'],
  ['other root', undefined],
  ['other branch', 'other root'],
  ['third root', undefined],
];

/** Members of a timeline that stay as they are once it is made. */
const FIXED = ['timeline_id', 'tenant_id', 'ancestor_timeline_id', 'ancestor_lsn'] as const;

export default scenario({
  id: 'contract/meaning/agree',
  title: 'creates, lists, details and sizes agree, for two tenants with a tree of nine timelines',
  decides: [
    'meaning.operations-agree',
    'meaning.isolated-tenants',
    'timeline.list',
    'timeline.detail',
    'timeline.ancestor-exists',
    'ids.own-tenant',
  ],
  async run(context) {
    await Promise.all(
      ['one', 'two'].map(async (name) => {
        const api = await context.api();
        const tenant = await givenTenant(context, api, name);
        const made = await growTree(context, api, tenant, name);
        await mustAgree(context, api, { tenant, name, made });
        await refusesUnknownAncestor(context, api, tenant, name);
      }),
    );
    await deletesOne(context);
  },
});

interface Grown {
  readonly tenant: string;
  /** Of the two tenants: names its checks. */
  readonly name: string;
  /** Answers of the creates, by the timeline's place in the tree. */
  readonly made: ReadonlyMap<string, Exchange>;
}

/** Timelines of the two tenants have the same ids: a server must not mix them up. */
async function growTree(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  name: string,
): Promise<Map<string, Exchange>> {
  const made = new Map<string, Exchange>();
  for (const [place, parent] of TREE) {
    const timeline = context.timeline(place);
    const body = {
      new_timeline_id: timeline,
      ...(parent === undefined ? {} : { ancestor_timeline_id: context.timeline(parent) }),
    };
    const created = await api.call('timeline_create', {
      tenant,
      timeline,
      body: context.timelineBody(body),
      expect: { kind: 'success', status: 201, name: `${place} of tenant ${name}` },
    });
    made.set(place, created);
  }
  return made;
}

async function mustAgree(context: ScenarioContext, api: Api, grown: Grown): Promise<void> {
  const { tenant, name, made } = grown;
  const list = await api.call('timeline_list', { tenant });
  mustShow(context, 'timeline.list', `tenant ${name}: each timeline once`, {
    exchange: list,
    expected: TREE.map(([place]) => context.timeline(place)).sort(),
    actual: listedIds(list, 'timeline_id'),
  });
  for (const [place, parent] of TREE) {
    const timeline = context.timeline(place);
    const detail = await api.call('timeline_detail', { tenant, timeline });
    const shown = bodyObject(detail);
    const item = bodyList(list).find((one) => isSameId(one.timeline_id, timeline)) ?? {};
    const answer = bodyObject(made.get(place)!);
    for (const member of FIXED) {
      const what = `tenant ${name}, ${place}: ${member}`;
      mustShow(context, 'timeline.detail', `${what} as in the list`, {
        exchange: detail,
        ...compared(item[member], shown[member]),
      });
      mustShow(context, 'meaning.operations-agree', `${what} as created`, {
        exchange: detail,
        ...compared(answer[member], shown[member]),
      });
    }
    mustShow(context, 'ids.own-tenant', `tenant ${name}, ${place}`, {
      exchange: detail,
      expected: [tenant, timeline, parent === undefined ? undefined : context.timeline(parent)],
      actual: [shown.tenant_id, shown.timeline_id, shown.ancestor_timeline_id].map((id) =>
        id === undefined || id === null ? undefined : String(id).toLowerCase(),
      ),
    });
  }
  await mustOwn(context, api, grown);
}

/** Ids whatever their case, LSNs by value, null as absent. */
function compared(left: unknown, right: unknown): { expected: unknown; actual: unknown } {
  const expected = left ?? 'none';
  const actual = right ?? 'none';
  const isSame = isSameId(left, String(right)) || equalLsn(String(left), String(right));
  return { expected, actual: isSame ? expected : actual };
}

/** Status, sizes and config are of the tenant asked for, and every ancestor that is shown exists. */
async function mustOwn(context: ScenarioContext, api: Api, grown: Grown): Promise<void> {
  const { tenant, name } = grown;
  for (const operation of ['tenant_status', 'tenant_size', 'synthetic_size']) {
    if (!context.catalogue.operation(operation)) continue;
    const shown = await api.call(operation, { tenant });
    const { id } = bodyObject(shown);
    mustShow(context, 'ids.own-tenant', `${operation} of tenant ${name}`, {
      exchange: shown,
      expected: tenant,
      actual: isSameId(id, tenant) ? tenant : id,
    });
  }
  const timelines = bodyList(await api.call('timeline_list', { tenant }));
  for (const { ancestor_timeline_id: ancestor } of timelines) {
    if (ancestor === undefined || ancestor === null) continue;
    await api.call('timeline_detail', {
      tenant,
      timeline: String(ancestor),
      expect: {
        kind: 'success',
        name: `tenant ${name}: an ancestor that is shown exists`,
        requirement: 'timeline.ancestor-exists',
      },
    });
  }
}

/** A branch of nothing is refused, and is no root instead. */
async function refusesUnknownAncestor(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  name: string,
): Promise<void> {
  const timeline = context.timeline('of nothing');
  const body = { new_timeline_id: timeline, ancestor_timeline_id: context.timeline('nothing') };
  await api.call('timeline_create', {
    tenant,
    timeline,
    body: context.timelineBody(body),
    expect: {
      kind: 'undocumented',
      cause: 'an ancestor that is not there',
      name: `tenant ${name}: a branch of nothing`,
      requirement: 'timeline.ancestor-exists',
    },
  });
  const list = await api.call('timeline_list', { tenant });
  mustShow(context, 'timeline.ancestor-exists', `tenant ${name}: no timeline comes of it`, {
    exchange: list,
    expected: [],
    actual: listedIds(list, 'timeline_id').filter((id) => id === timeline),
  });
}

/** One leaf of one tenant: neither its neighbours nor its namesake of the other tenant go with it. */
async function deletesOne(context: ScenarioContext): Promise<void> {
  const api = await context.api();
  const [one, two] = [context.tenant('one'), context.tenant('two')];
  const leaf = context.timeline('left/left/left');
  await api.call('timeline_delete', {
    tenant: one,
    timeline: leaf,
    expect: { kind: 'success', name: 'deletes a leaf' },
  });
  const all = TREE.map(([place]) => context.timeline(place)).sort();
  for (const [name, tenant, expected] of [
    ['its neighbours stay', one, all.filter((id) => id !== leaf)],
    ['its namesake of another tenant stays', two, all],
  ] as const) {
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'meaning.isolated-tenants', name, {
      exchange: list,
      expected,
      actual: listedIds(list, 'timeline_id'),
    });
  }
}
