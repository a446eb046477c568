// Settings that are put are shown by value, for the tenant that was named and no other; what is refused sets nothing.

import { type Api, type ScenarioContext, scenario } from '#suite';
import { refusesMalformedBodies } from './shared/bodies.ts';
import { givenTenant } from './shared/given.ts';
import { bodyObject, mustShow } from './shared/seen.ts';
import { ALL_SETTINGS, CREATE_SETTINGS, mustShowSettings } from './shared/settings.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/tenant-config',
  title: 'a config request sets what the config then shows, for that tenant only',
  decides: [
    'tenant_config.200',
    'tenant_config.400',
    'tenant_config.401',
    'tenant_config.403',
    'config.update',
    'config.overrides-and-effective',
    'config.refusal-changes-nothing',
    'meaning.set-is-shown',
    'meaning.isolated-tenants',
    'json.exact-integers',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api, 'one', CREATE_SETTINGS);
    const other = await givenTenant(context, api, 'two', CREATE_SETTINGS);
    await sets(context, api, tenant, other);
    await keepsBigIntegers(context, api, other);
    await refuses(context, api, tenant);
  },
});

async function sets(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  other: string,
): Promise<void> {
  const untouched = bodyObject(await api.call('tenant_get_config', { tenant: other }));
  await context.cause('tenant_config.200', () =>
    api.call('tenant_config', { tenant, body: { tenant_id: tenant, ...ALL_SETTINGS } }),
  );
  const shown = await api.call('tenant_get_config', { tenant });
  mustShowSettings(context, 'config.update', 'after all were set', shown, ALL_SETTINGS);
  const beside = await api.call('tenant_get_config', { tenant: other });
  mustShowSettings(
    context,
    'meaning.isolated-tenants',
    'the other tenant keeps',
    beside,
    CREATE_SETTINGS,
  );
  mustShow(context, 'meaning.isolated-tenants', 'nothing of it is in effect for another tenant', {
    exchange: beside,
    expected: untouched,
    actual: bodyObject(beside),
  });
  await api.call('tenant_config', {
    tenant,
    body: { tenant_id: tenant, ...ALL_SETTINGS, trace_read_requests: false, gc_period: '90m' },
    expect: { kind: 'success', name: 'sets again' },
  });
  mustShowSettings(
    context,
    'meaning.set-is-shown',
    'after two were changed',
    await api.call('tenant_get_config', { tenant }),
    { ...ALL_SETTINGS, trace_read_requests: false, gc_period: '90m' },
  );
}

/** A number that a double can't hold must come back digit by digit. */
async function keepsBigIntegers(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const big = '9007199254740993';
  await api.call('tenant_config', {
    tenant,
    rawBody: `{"tenant_id":"${tenant}","gc_horizon":${big}}`,
    expect: { kind: 'success', name: 'an integer beyond 2^53' },
  });
  const shown = await api.call('tenant_get_config', { tenant });
  const digits = /"gc_horizon"\s*:\s*(\d+)/.exec(shown.response?.body.toString() ?? '')?.[1];
  mustShow(context, 'json.exact-integers', 'gc_horizon beyond 2^53', {
    exchange: shown,
    expected: big,
    actual: digits,
  });
}

async function refuses(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const before = bodyObject(await api.call('tenant_get_config', { tenant }));
  const right = { tenant_id: tenant };
  await refusesStrangers(context, api, 'tenant_config', {
    tenant,
    body: { ...right, gc_horizon: 1 },
  });
  await refusesMalformedBodies(context, api, 'tenant_config', {}, right, {
    ids: ['tenant_id'],
    members: [],
  });
  await api.call('tenant_config', {
    tenant,
    body: { ...right, gc_period: '77m', gc_horizon: 'much' },
  });
  const after = await api.call('tenant_get_config', { tenant });
  mustShow(context, 'config.refusal-changes-nothing', 'everything is as it was', {
    exchange: after,
    expected: before,
    actual: bodyObject(after),
  });
  // What is accepted against its schema may well be set: nothing is compared any more.
  await refusesMalformedBodies(context, api, 'tenant_config', {}, right, {
    ids: [],
    members: [
      { member: 'gc_horizon', value: 'much' },
      { member: 'gc_period', value: 7 },
      { member: 'image_creation_threshold', value: 0.5 },
      { member: 'trace_read_requests', value: 'yes' },
      { member: 'lagging_wal_timeout', value: true },
      { member: 'max_lsn_wal_lag', value: [] },
    ],
  });
  await api.call('tenant_config', {
    body: { gc_horizon: 1 },
    expect: {
      kind: 'refusal',
      statuses: [400],
      cause: 'a body that names no tenant',
      name: 'without a tenant',
      weight: 'schema',
    },
  });
}
