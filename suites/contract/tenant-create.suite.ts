// A tenant that is created is there, under the id that was asked for, with the settings that were asked for; a second create
// and a refused one change nothing.

import { type Api, bodyJson, type ScenarioContext, scenario } from '#suite';
import { refusesMalformedBodies } from './shared/bodies.ts';
import { isSameId, listedIds, listedTenants, mustShow } from './shared/seen.ts';
import { CREATE_SETTINGS, mustShowSettings } from './shared/settings.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/tenant-create',
  title:
    'a created tenant is shown with its id and settings; a second create is 409 and changes nothing',
  decides: [
    'tenant_create.201',
    'tenant_create.400',
    'tenant_create.401',
    'tenant_create.403',
    'tenant_create.409',
    'tenant.create',
    'tenant.create-again',
    'tenant.create-generates-id',
    'tenant.create-returns-id',
    'config.create-sets',
    'meaning.refusal-changes-nothing',
  ],
  async run(context) {
    const api = await context.api();
    await creates(context, api);
    await createsAgain(context, api);
    await generatesIds(context, api);
    await refuses(context, api);
  },
});

async function creates(context: ScenarioContext, api: Api): Promise<void> {
  const tenant = context.tenant();
  const body = { new_tenant_id: tenant, ...CREATE_SETTINGS };
  const created = await context.cause('tenant_create.201', () =>
    api.call('tenant_create', { tenant, body }),
  );
  if (created?.response?.status !== 201) return;
  const id = bodyJson(created);
  mustShow(context, 'tenant.create-returns-id', 'the id asked for', {
    exchange: created,
    expected: tenant,
    actual: isSameId(id, tenant) ? tenant : id,
  });
  await api.call('tenant_status', {
    tenant,
    expect: {
      kind: 'success',
      name: 'its status is shown at once',
      requirement: 'tenant.create',
    },
  });
  const list = await api.call('tenant_list');
  mustShow(context, 'tenant.create', 'it is listed once', {
    exchange: list,
    expected: [tenant],
    actual: listedIds(list, 'id').filter((listed) => listed === tenant),
  });
  const config = await api.call('tenant_get_config', { tenant });
  mustShowSettings(context, 'config.create-sets', 'after the create', config, CREATE_SETTINGS);
}

async function createsAgain(context: ScenarioContext, api: Api): Promise<void> {
  const tenant = context.tenant();
  const before = await api.call('tenant_list');
  const body = { new_tenant_id: tenant, ...CREATE_SETTINGS };
  await context.cause('tenant_create.409', () => api.call('tenant_create', { tenant, body }));
  await api.call('tenant_create', {
    tenant,
    body: { new_tenant_id: tenant, gc_horizon: 1, gc_period: '1h' },
    expect: {
      kind: 'refusal',
      statuses: [409],
      cause: 'the id of a tenant that is there',
      name: 'again with other settings',
    },
  });
  const after = await api.call('tenant_list');
  mustShow(context, 'tenant.create-again', 'the list stays', {
    exchange: after,
    expected: listedTenants(context, before),
    actual: listedTenants(context, after),
  });
  const config = await api.call('tenant_get_config', { tenant });
  mustShowSettings(context, 'tenant.create-again', 'after the 409', config, CREATE_SETTINGS);
}

async function generatesIds(context: ScenarioContext, api: Api): Promise<void> {
  const ids: unknown[] = [];
  for (const name of ['first', 'second']) {
    const created = await api.call('tenant_create', {
      body: {},
      expect: { kind: 'success', status: 201, name: `${name} without an id` },
    });
    const id = bodyJson(created);
    ids.push(id);
    const isId = typeof id === 'string' && /^[0-9a-f]{32}$/i.test(id);
    mustShow(context, 'tenant.create-generates-id', `the ${name} id is one`, {
      exchange: created,
      expected: true,
      actual: isId,
    });
    if (!isId) continue;
    await api.call('tenant_status', {
      // By path alone: a history tells calls of a tenant apart by ids that were known when they were sent.
      path: `/v1/tenant/${id}`,
      expect: {
        kind: 'success',
        name: `the ${name} is there`,
        requirement: 'tenant.create-generates-id',
      },
    });
    await api.call('detach', {
      path: `/v1/tenant/${id}/detach`,
      expect: {
        kind: 'success',
        name: `the ${name} can be detached`,
        requirement: 'tenant.create-generates-id',
      },
    });
  }
  context.check('tenant.create-generates-id', 'the ids differ', ids[0] !== ids[1], {
    actual: ids[0],
  });
}

async function refuses(context: ScenarioContext, api: Api): Promise<void> {
  const before = await api.call('tenant_list');
  const right = { new_tenant_id: context.tenant('refused') };
  await refusesMalformedBodies(context, api, 'tenant_create', {}, right, {
    ids: ['new_tenant_id'],
    members: [
      { member: 'gc_horizon', value: 'much' },
      { member: 'gc_period', value: 7 },
      { member: 'checkpoint_distance', value: 1.5 },
      { member: 'compaction_threshold', value: {} },
      { member: 'pitr_interval', value: false },
    ],
  });
  // What was accepted although its schema forbids it has been judged; the rest is about refusals alone.
  const accepted = await api.call('tenant_list');
  const stranger = { body: { new_tenant_id: context.tenant('strangers') } };
  await refusesStrangers(context, api, 'tenant_create', stranger);
  const after = await api.call('tenant_list');
  mustShow(context, 'meaning.refusal-changes-nothing', 'no stranger creates a tenant', {
    exchange: after,
    expected: listedTenants(context, accepted),
    actual: listedTenants(context, after),
  });
  const grown = listedTenants(context, accepted).filter(
    (id) => !listedTenants(context, before).includes(id),
  );
  mustShow(context, 'meaning.refusal-changes-nothing', 'no malformed create makes a tenant', {
    exchange: accepted,
    expected: [],
    actual: grown.filter((id) => id !== right.new_tenant_id),
  });
}
