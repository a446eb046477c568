// Values at the edge of what a schema allows: a server may refuse them, but what it accepts it shows by value, and what it
// refuses it does not set.

import { type Api, bodyJson, type Exchange, type ScenarioContext, scenario } from '#suite';
import { givenTenant } from '../shared/given.ts';
import { mustShow } from '../shared/seen.ts';
import { overClients } from '../shared/world.ts';
import { bodyMembers, bodyText, EDGE_INTEGERS, EDGE_TEXTS, type Variant } from './variants.ts';

/** Numbers of bytes that nobody has a reason to refuse: the members that are sizes. */
const SIZES = ['checkpoint_distance', 'gc_horizon', 'compaction_target_size', 'max_lsn_wal_lag'];
const SAFE_MAX = '9007199254740991';

export default scenario({
  id: 'contract/requests/edges',
  title: 'extreme values are shown as they were set, or refused without a trace',
  decides: ['json.exact-integers', 'meaning.set-is-shown'],
  async run(context) {
    const members = bodyMembers(context.catalogue, 'tenant_config').filter(({ isId }) => !isId);
    await overClients(context, members, async (api, member) => {
      // Each member has a tenant of its own, so that members can be tried at once.
      const tenant = await givenTenant(context, api, member.name);
      const variants = member.type === 'integer' ? EDGE_INTEGERS : EDGE_TEXTS;
      if (SIZES.includes(member.name)) await keepsSafeMax(context, api, tenant, member.name);
      if (member.type === 'boolean') return;
      for (const variant of variants)
        await setsOrRefuses(context, api, { tenant, member, variant });
    });
    await createsWithBigNumbers(context);
  },
});

async function keepsSafeMax(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  member: string,
): Promise<void> {
  await api.call('tenant_config', {
    tenant,
    rawBody: bodyText({ tenant_id: JSON.stringify(tenant), [member]: SAFE_MAX }),
    expect: {
      kind: 'success',
      name: `${member} of 2^53 less one is taken`,
      requirement: 'meaning.set-is-shown',
    },
  });
  const shown = await api.call('tenant_get_config', { tenant });
  mustShow(context, 'json.exact-integers', `${member} of 2^53 less one`, {
    exchange: shown,
    expected: [SAFE_MAX, SAFE_MAX],
    actual: shownTexts(shown, member),
  });
}

async function setsOrRefuses(
  context: ScenarioContext,
  api: Api,
  given: {
    readonly tenant: string;
    readonly member: { readonly name: string; readonly type: string };
    readonly variant: Variant;
  },
): Promise<void> {
  const { tenant, member, variant } = given;
  const name = `${variant.cause} as ${member.name}`;
  const before = await api.call('tenant_get_config', { tenant });
  const answer = await api.call('tenant_config', {
    tenant,
    rawBody: bodyText({ tenant_id: JSON.stringify(tenant), [member.name]: variant.json }),
    expect: {
      kind: 'one-of',
      // The schema has no limits: a server that has some says 400, 500 where it finds out late, or something undocumented.
      statuses: [200, 400, 500],
      weight: 'schema',
      cause: name,
      name: `${name} is answered`,
      requirement: 'meaning.set-is-shown',
    },
  });
  const after = await api.call('tenant_get_config', { tenant });
  if (answer.response?.status !== 200) {
    mustShow(context, 'config.refusal-changes-nothing', name, {
      exchange: after,
      expected: bodyJson(before),
      actual: bodyJson(after),
    });
  } else if (member.type === 'integer') {
    mustShow(context, 'json.exact-integers', name, {
      exchange: after,
      expected: [variant.json, variant.json],
      actual: shownTexts(after, member.name),
    });
  } else {
    const shown = shownValues(after, member.name);
    mustShow(context, 'meaning.set-is-shown', name, {
      exchange: after,
      expected: [JSON.parse(variant.json), JSON.parse(variant.json)],
      actual: shown,
    });
  }
}

/** The numbers of a create are kept as exactly as those of a config request. */
async function createsWithBigNumbers(context: ScenarioContext): Promise<void> {
  const api = await context.api();
  for (const member of ['checkpoint_distance', 'gc_horizon']) {
    const tenant = context.tenant(`big ${member}`);
    await api.call('tenant_create', {
      tenant,
      rawBody: bodyText({ new_tenant_id: JSON.stringify(tenant), [member]: SAFE_MAX }),
      expect: { kind: 'success', name: `a create with ${member} of 2^53 less one` },
    });
    const shown = await api.call('tenant_get_config', { tenant });
    mustShow(context, 'json.exact-integers', `${member} of a create`, {
      exchange: shown,
      expected: [SAFE_MAX, SAFE_MAX],
      actual: shownTexts(shown, member),
    });
  }
}

/** The number as it is written, among the overrides and in effect. */
function shownTexts(exchange: Exchange, member: string): readonly (string | undefined)[] {
  const text = exchange.response?.body.toString() ?? '';
  const found = [...text.matchAll(new RegExp(`"${member}"\\s*:\\s*"?(-?[0-9.eE+]+)`, 'g'))];
  return found.map(([, digits]) => digits);
}

function shownValues(exchange: Exchange, member: string): readonly unknown[] {
  const body = (bodyJson(exchange) ?? {}) as Record<string, Record<string, unknown> | undefined>;
  return [body.tenant_specific_overrides?.[member], body.effective_config?.[member]];
}
