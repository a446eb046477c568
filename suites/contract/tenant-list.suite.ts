// The list names each tenant in memory once, grows with a create and shrinks with a detach.

import { scenario } from '#suite';
import { givenTenant } from './shared/given.ts';
import { listedTenants, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/tenant-list',
  title: 'the list names every tenant in memory once and no other',
  decides: ['tenant_list.200', 'tenant_list.401', 'tenant_list.403', 'tenant.list'],
  async run(context) {
    const api = await context.api();
    await context.cause('tenant_list.200', () => api.call('tenant_list'));
    const before = listedTenants(context, await api.call('tenant_list'));
    const names = ['one', 'two', 'three'];
    const made: string[] = [];
    for (const name of names) {
      made.push(await givenTenant(context, api, name));
      const list = await api.call('tenant_list');
      mustShow(context, 'tenant.list', `with tenant ${name}`, {
        exchange: list,
        expected: [...before, ...made].sort(),
        actual: listedTenants(context, list),
      });
    }
    await api.call('detach', {
      tenant: made[1]!,
      expect: { kind: 'success', name: 'detaches one of them' },
    });
    const list = await api.call('tenant_list');
    mustShow(context, 'tenant.list', 'without the one that was detached', {
      exchange: list,
      expected: [...before, made[0]!, made[2]!].sort(),
      actual: listedTenants(context, list),
    });
    await refusesStrangers(context, api, 'tenant_list', {});
  },
});
