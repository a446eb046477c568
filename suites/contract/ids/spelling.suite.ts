// An id may be sent in capitals, and is spelt alike in every answer whatever the case in which it was sent.

import {
  type Api,
  bodyJson,
  curlRequest,
  type Exchange,
  type ScenarioContext,
  scenario,
} from '#suite';
import { mustShow } from '../shared/seen.ts';
import { rightCall, type World } from '../shared/world.ts';

/** Reads whose answers hold ids. */
const READS = [
  'tenant_status',
  'tenant_size',
  'synthetic_size',
  'timeline_list',
  'timeline_detail',
  'tenant_list',
] as const;

type Case = readonly [name: string, spell: (id: string) => string];

const CASES: readonly Case[] = [
  ['in capitals', (id) => id.toUpperCase()],
  ['in small letters', (id) => id],
  ['in both', (id) => id.replace(/[a-f]/, (letter) => letter.toUpperCase())],
];

export default scenario({
  id: 'contract/ids/spelling',
  title: 'ids are spelt alike in every answer, whatever the case in which they were sent',
  decides: ['ids.spelling', 'ids.own-tenant', 'ids.form'],
  async run(context) {
    const sight: Sight = { api: await context.api(), style: undefined };
    for (const [name, spell] of CASES) {
      const world = await createdAs(context, sight, name, spell);
      if (world) await isSpeltAlike(context, sight, world, name);
    }
  },
});

/** The client, and how the target was first seen to spell ids. */
interface Sight {
  readonly api: Api;
  style: string | undefined;
}

/** A tenant and a tree whose ids were sent in that case; undefined where the case is refused, which is judged as a warning. */
async function createdAs(
  context: ScenarioContext,
  sight: Sight,
  name: string,
  spell: (id: string) => string,
): Promise<World | undefined> {
  const { api } = sight;
  const tenant = context.tenant(name);
  const ids = { timeline: context.timeline(`${name}/root`), branch: context.timeline(name) };
  const created = await api.call('tenant_create', {
    tenant,
    body: { new_tenant_id: spell(tenant) },
  });
  if (!mustTake(context, created, `tenant_create takes an id ${name}`)) return undefined;
  for (const [timeline, ancestor] of [
    [ids.timeline, undefined],
    [ids.branch, ids.timeline],
  ] as const) {
    const body = {
      new_timeline_id: spell(timeline),
      ...(ancestor === undefined ? {} : { ancestor_timeline_id: spell(ancestor) }),
    };
    const answer = await api.call('timeline_create', {
      tenant: spell(tenant),
      timeline,
      body: context.timelineBody(body),
    });
    const what = ancestor === undefined ? 'a root' : 'a branch';
    if (!mustTake(context, answer, `timeline_create takes ids ${name} (${what})`)) return undefined;
    mustSpell(
      context,
      sight,
      answer,
      { tenant, ...ids },
      `timeline_create (${what}), sent ${name}`,
    );
  }
  mustSpell(context, sight, created, { tenant, ...ids }, `tenant_create, sent ${name}`);
  return { tenant, ...ids, away: tenant, ignored: tenant };
}

/** Every read, asked in every case. */
async function isSpeltAlike(
  context: ScenarioContext,
  sight: Sight,
  world: World,
  created: string,
): Promise<void> {
  for (const operation of READS) {
    if (!context.catalogue.operation(operation)) continue;
    for (const [name, spell] of CASES) {
      const right = rightCall(context, operation, world);
      const shown = await sight.api.call(operation, {
        ...right,
        ...(right.tenant === undefined ? {} : { tenant: spell(right.tenant) }),
        ...(right.timeline === undefined ? {} : { timeline: spell(right.timeline) }),
      });
      const what = `${operation}, created ${created}, asked ${name}`;
      if (mustTake(context, shown, what)) mustSpell(context, sight, shown, world, what);
    }
  }
}

/** Refusing capitals is not what the document says, but it does not name them either. */
function mustTake(context: ScenarioContext, exchange: Exchange, name: string): boolean {
  const status = exchange.response?.status ?? 0;
  return context.weigh('id-case-refused', name, status >= 200 && status < 300, {
    message: `${exchange.operation} refused an id for the case of its letters`,
    actual: status,
  });
}

/** All ids of ours in an answer, as they are spelt there, against the spelling that the target is known by. */
function mustSpell(
  context: ScenarioContext,
  sight: Sight,
  exchange: Exchange,
  ids: Pick<World, 'tenant' | 'timeline' | 'branch'>,
  name: string,
): void {
  const own = new Set([ids.tenant, ids.timeline, ids.branch]);
  const found = [...idsIn(bodyJson(exchange))].filter((id) => own.has(id.toLowerCase()));
  mustShow(context, 'ids.own-tenant', name, {
    exchange,
    expected: true,
    actual: found.length > 0,
  });
  // Capitals everywhere would be right as well: letters decide, ids of digits only say nothing.
  const styles = new Set(found.filter((id) => /[a-f]/i.test(id)).map(styleOf));
  sight.style ??= [...styles][0];
  const known = sight.style;
  if (known === undefined) return;
  const isAlike = [...styles].every((style) => style === known);
  context.weigh('id-spelling', name, isAlike, {
    message: `${exchange.operation} spells ids in another case than other answers`,
    expected: known,
    actual: [...styles].sort().join(', '),
    request: curlRequest(exchange),
  });
}

function styleOf(id: string): string {
  if (id === id.toLowerCase()) return 'small letters';
  return id === id.toUpperCase() ? 'capitals' : 'both';
}

function* idsIn(value: unknown): Generator<string> {
  if (typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value)) yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) yield* idsIn(member);
  }
}
