// Values larger than any server needs, wherever a request has one: shown as they were set, or refused without a trace.

import {
  type Api,
  bodyJson,
  type Exchange,
  equalLsn,
  exactJson,
  parseLsn,
  type ScenarioContext,
  scenario,
} from '#suite';
import { bodyObject, listedIds, mustShow } from '../shared/seen.ts';
import { givenTree, overClients, snapshot, type World } from '../shared/world.ts';
import { bodyMembers, bodyText, HUGE_INTEGERS, HUGE_TEXT, type Variant } from './variants.ts';

/** Starts of a branch that no ancestor has reached, and what is too long for any. */
const HUGE_LSNS: readonly Variant[] = [
  { cause: 'the last LSN of all', json: '"FFFFFFFF/FFFFFFFF"' },
  { cause: 'the last LSN of all in plain hex', json: '"ffffffffffffffff"' },
  { cause: '20 kB of digits', json: JSON.stringify('f'.repeat(20_000)) },
];

/** Periods beyond 64 bits and beyond what a double can hold. */
const HUGE_PERIODS: readonly (readonly [cause: string, digits: string])[] = [
  ['2^63 and one', '9223372036854775809'],
  ['30 digits', '123456789012345678901234567890'],
  ['400 digits', '9'.repeat(400)],
];

export default scenario({
  id: 'contract/requests/huge',
  title:
    'huge values of creates, branches and sizes are taken as they are, or refused without a trace',
  // And, as far as huge values are taken: json.exact-integers, meaning.set-is-shown, timeline.branch, tenant.size-is-a-number.
  decides: ['meaning.refusal-changes-nothing', 'http.named-refusals'],
  async run(context) {
    const api = await context.api();
    const world = await givenTree(context, api);
    const members = bodyMembers(context.catalogue, 'tenant_create').filter(({ isId }) => !isId);
    const creates = members.flatMap((member) =>
      (member.type === 'integer' ? HUGE_INTEGERS : [HUGE_TEXT]).map((variant) => ({
        member: member.name,
        variant,
      })),
    );
    await overClients(context, creates, (client, { member, variant }) =>
      createsTenant(context, client, member, variant),
    );
    for (const variant of HUGE_INTEGERS) {
      await createsTimeline(context, api, world, { member: 'pg_version', variant });
    }
    for (const variant of HUGE_LSNS) {
      await createsTimeline(context, api, world, { member: 'ancestor_start_lsn', variant });
    }
    const { config: before } = await snapshot(api, world);
    await refusesIds(context, api, world);
    const { config: after } = await snapshot(api, world);
    const isKept = JSON.stringify(before) === JSON.stringify(after);
    context.check('meaning.refusal-changes-nothing', 'huge ids set nothing', isKept, {
      expected: before,
      actual: after,
      tenant: world.tenant,
    });
    await asksSizes(context, api, world.tenant);
  },
});

async function createsTenant(
  context: ScenarioContext,
  api: Api,
  member: string,
  { cause, json }: Variant,
): Promise<void> {
  const name = `a create with ${cause} as ${member}`;
  const tenant = context.tenant(name);
  const rawBody = bodyText({ new_tenant_id: JSON.stringify(tenant), [member]: json });
  const created = await api.call('tenant_create', { tenant, rawBody });
  if (created.response?.status !== 201) {
    const status = await api.call('tenant_status', { tenant });
    mustLeaveNoTrace(context, name, status.response?.status !== 200, created);
    return;
  }
  const shown = await api.call('tenant_get_config', { tenant });
  const { tenant_specific_overrides: own, effective_config: effective } = (exactJson(shown) ??
    {}) as Record<string, Record<string, unknown> | undefined>;
  const isInteger = !json.startsWith('"');
  const wanted = isInteger ? json : (JSON.parse(json) as string);
  const requirement = isInteger ? 'json.exact-integers' : 'meaning.set-is-shown';
  mustShow(context, requirement, name, {
    exchange: shown,
    expected: [wanted, wanted],
    // A number that is shown with a fraction or an exponent is not the one that was set.
    actual: [own?.[member], effective?.[member]].map((value) => String(value)),
  });
}

async function createsTimeline(
  context: ScenarioContext,
  api: Api,
  { tenant, timeline: root }: World,
  { member, variant }: { readonly member: string; readonly variant: Variant },
): Promise<void> {
  const name = `a timeline with ${variant.cause} as ${member}`;
  const timeline = context.timeline(name);
  const right = context.timelineBody({ new_timeline_id: timeline, ancestor_timeline_id: root });
  const members = Object.entries(right).map(([key, value]) => [key, JSON.stringify(value)]);
  const rawBody = bodyText({ ...Object.fromEntries(members), [member]: variant.json });
  const created = await api.call('timeline_create', { tenant, timeline, rawBody });
  if (created.response?.status !== 201) {
    const list = await api.call('timeline_list', { tenant });
    const isGone = !listedIds(list, 'timeline_id').includes(timeline);
    mustLeaveNoTrace(context, name, isGone, created);
    return;
  }
  if (member !== 'ancestor_start_lsn') return;
  const wanted = JSON.parse(variant.json) as string;
  const shown = bodyObject(created).ancestor_lsn;
  if (parseLsn(wanted) === undefined) return;
  mustShow(context, 'timeline.branch', name, {
    exchange: created,
    expected: wanted,
    actual: equalLsn(String(shown), wanted) ? wanted : shown,
  });
}

function mustLeaveNoTrace(
  context: ScenarioContext,
  name: string,
  isGone: boolean,
  refused: Exchange,
): void {
  context.check('meaning.refusal-changes-nothing', name, isGone, {
    message: `${name} was refused, and what it was to make is there`,
    actual: bodyJson(refused),
    ...(refused.tenant === undefined ? {} : { tenant: refused.tenant }),
  });
}

/** Ids are what the text of the 400 is about, whatever their length. */
async function refusesIds(context: ScenarioContext, api: Api, world: World): Promise<void> {
  const long = 'a'.repeat(20_000);
  for (const [operation, member, body] of [
    ['tenant_create', 'new_tenant_id', {}],
    ['timeline_create', 'new_timeline_id', context.timelineBody()],
    ['timeline_create', 'ancestor_timeline_id', context.timelineBody()],
    ['tenant_config', 'tenant_id', {}],
  ] as const) {
    const cause = `20 kB of digits as ${member}`;
    await api.call(operation, {
      ...(operation === 'timeline_create' ? { tenant: world.tenant } : {}),
      body: { ...body, [member]: long },
      expect: {
        kind: 'refusal',
        statuses: [400],
        weight: 'named',
        cause,
        name: `${operation}: ${cause}`,
        requirement: 'http.named-refusals',
      },
    });
  }
}

async function asksSizes(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  for (const [cause, digits] of HUGE_PERIODS) {
    const shown = await api.call('tenant_size', { tenant, query: { retention_period: digits } });
    if (shown.response?.status !== 200) continue;
    mustShow(context, 'tenant.size-is-a-number', `a retention of ${cause}`, {
      exchange: shown,
      expected: 'number',
      actual: typeof bodyObject(shown).size,
    });
  }
}
