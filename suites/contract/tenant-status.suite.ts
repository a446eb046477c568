// A tenant that is there shows its status; what names no tenant, or comes from somebody else, is refused.

import { scenario } from '#suite';
import { givenTenant } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyObject, isSameId, listedIds, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

/** Calls in turn: an answer of somebody else's may come only now and then. */
const TURNS = 24;

export default scenario({
  id: 'contract/tenant-status',
  title: 'the status of a tenant is that of the tenant asked for, and agrees with the list',
  decides: [
    'tenant_status.200',
    'tenant_status.400',
    'tenant_status.401',
    'tenant_status.403',
    'tenant.status',
    'ids.own-tenant',
  ],
  async run(context) {
    const api = await context.api();
    const tenants = [await givenTenant(context, api), await givenTenant(context, api, 'two')];
    for (const [index, tenant] of tenants.entries()) {
      const shown = await context.cause('tenant_status.200', () =>
        api.call('tenant_status', { tenant }),
      );
      if (!shown) return;
      const { id } = bodyObject(shown);
      mustShow(context, 'ids.own-tenant', `tenant ${index} is the one asked for`, {
        exchange: shown,
        expected: tenant,
        actual: isSameId(id, tenant) ? tenant : id,
      });
    }
    for (let turn = 0; turn < TURNS; turn += 1) {
      const tenant = tenants[turn % tenants.length]!;
      const shown = await api.call('tenant_status', { tenant });
      mustShow(context, 'tenant.status', 'in turn with others, each time of the tenant asked for', {
        exchange: shown,
        expected: tenant,
        actual: isSameId(bodyObject(shown).id, tenant) ? tenant : bodyObject(shown).id,
      });
    }
    const list = await api.call('tenant_list');
    const listed = listedIds(list, 'id').filter((id) => tenants.includes(id));
    mustShow(context, 'tenant.status', 'what has a status is listed once', {
      exchange: list,
      expected: tenants.toSorted(),
      actual: listed,
    });
    const [tenant] = tenants;
    await refusesMalformedIds(context, api, 'tenant_status', { tenant: tenant! });
    await refusesStrangers(context, api, 'tenant_status', { tenant: tenant! });
    await api.call('tenant_status', {
      tenant: context.tenant('unknown'),
      expect: {
        kind: 'undocumented',
        cause: 'a tenant that is not there',
        name: 'an unknown tenant is an error',
        requirement: 'tenant.status',
      },
    });
  },
});
