// Every operation on tenants tells its own failure with a 500 and a message.

import { scenario } from '#suite';
import { causesErrors, type ErrorCell } from './shared/errors.ts';
import { givenTenant } from './shared/given.ts';

export default scenario({
  id: 'contract/errors-tenant',
  title: 'operations on tenants answer 500 with a message when they fail for any other reason',
  decides: [
    'tenant_status.500',
    'tenant_list.500',
    'tenant_create.500',
    'tenant_config.500',
    'tenant_get_config.500',
    'tenant_size.500',
    'synthetic_size.500',
  ],
  async run(context) {
    const tenant = context.tenant('unknown');
    const prepare: ErrorCell['prepare'] = async (api, name) => ({
      tenant: await givenTenant(context, api, name),
    });
    await causesErrors(context, [
      { operation: 'tenant_status', unknown: { tenant }, prepare },
      { operation: 'tenant_size', unknown: { tenant }, prepare },
      { operation: 'synthetic_size', unknown: { tenant }, prepare },
      { operation: 'tenant_get_config', prepare },
      { operation: 'tenant_list', prepare: async () => ({}) },
      {
        operation: 'tenant_config',
        unknown: { tenant, body: { tenant_id: tenant, gc_horizon: 1 } },
        prepare: async (api, name) => {
          const known = await givenTenant(context, api, name);
          return { tenant: known, body: { tenant_id: known, gc_horizon: 1 } };
        },
      },
      {
        operation: 'tenant_create',
        prepare: async (_api, name) => {
          const created = context.tenant(name);
          return { tenant: created, body: { new_tenant_id: created } };
        },
      },
    ]);
  },
});
