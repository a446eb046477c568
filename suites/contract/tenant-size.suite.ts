// The size of a tenant: a number of bytes, or null when only the inputs were asked for.

import { type Api, curlRequest, type ScenarioContext, scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyObject, isSameId, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

type Query = Readonly<Record<string, string>>;

/** Queries and whether the size they get is null. */
const QUERIES: readonly (readonly [name: string, query: Query, size: 'number' | 'null'])[] = [
  ['by default', {}, 'number'],
  ['with inputs_only=false', { inputs_only: 'false' }, 'number'],
  ['with inputs_only=true', { inputs_only: 'true' }, 'null'],
  ['with no retention', { retention_period: '0' }, 'number'],
  ['with a retention of one byte', { retention_period: '1' }, 'number'],
  ['with a long retention', { retention_period: '1099511627776' }, 'number'],
  ['with both', { retention_period: '4096', inputs_only: 'true' }, 'null'],
];

export default scenario({
  id: 'contract/tenant-size',
  title: 'the size is a number, and null with inputs_only=true, for any retention period',
  decides: [
    'tenant_size.200',
    'tenant_size.401',
    'tenant_size.403',
    'tenant.size',
    'tenant.size-is-a-number',
    'tenant.size-inputs-only',
    'tenant.size-computes-by-default',
    'tenant.size-retention',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    await givenTimeline(context, api, tenant);
    await context.cause('tenant_size.200', () => api.call('tenant_size', { tenant }));
    for (const [name, query, expected] of QUERIES) {
      const shown = await api.call('tenant_size', {
        tenant,
        query,
        expect: { kind: 'success', name, requirement: requirementOf(query) },
      });
      const { id, size } = bodyObject(shown);
      mustShow(context, 'tenant.size-is-a-number', name, {
        exchange: shown,
        expected,
        actual: size === null ? 'null' : typeof size,
      });
      mustShow(context, 'tenant.size', `${name}: of the tenant asked for`, {
        exchange: shown,
        expected: tenant,
        actual: isSameId(id, tenant) ? tenant : id,
      });
    }
    await growsWithData(context, api, tenant);
    await ownSize(context, api, tenant);
    await refusesMalformedIds(context, api, 'tenant_size', { tenant });
    await refusesStrangers(context, api, 'tenant_size', { tenant });
  },
});

function requirementOf(query: Query): string {
  if (query.inputs_only === 'true') return 'tenant.size-inputs-only';
  return 'retention_period' in query ? 'tenant.size-retention' : 'tenant.size-computes-by-default';
}

/** It is computed for whoever asks, not once and for all: more data, another size. A server may need a while to see them. */
async function growsWithData(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const { size: before } = bodyObject(await api.call('tenant_size', { tenant }));
  if (typeof before !== 'number' || before === 0) return;
  await givenTimeline(context, api, tenant, 'another root');
  const after = await context.eventually(async () => {
    const { size } = bodyObject(await api.call('tenant_size', { tenant }));
    return size === before ? undefined : size;
  }, context.limits.attach);
  context.check('tenant.size-computes-by-default', 'with another timeline', after !== undefined, {
    message: `the size of tenant ${tenant} stays what it was, though it has another timeline`,
    expected: `other than ${before}`,
    actual: before,
    tenant,
  });
}

/** A tenant without a timeline is smaller than one that has data: a size is no sum over others. */
async function ownSize(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const empty = await givenTenant(context, api, 'empty');
  const small = await api.call('tenant_size', { tenant: empty });
  const full = bodyObject(await api.call('tenant_size', { tenant })).size;
  const { size } = bodyObject(small);
  if (typeof size !== 'number' || typeof full !== 'number' || full === 0) return;
  context.check('tenant.size', 'a tenant without data is smaller than one with data', size < full, {
    message: `the size of tenant ${empty}, which has no timeline, is that of others`,
    expected: `less than ${full}`,
    actual: size,
    request: curlRequest(small),
  });
}
