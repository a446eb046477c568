// A tenant that was just created is in memory like any other: an attach on the same node is 409, before its first timeline and after it,
// and a second create is 409 while it is there, detached or not.

import { type Api, openFlow, scenario } from '#suite';
import { detached } from '../shared/steps.ts';
import { added } from '../shared/timelines.ts';

export default scenario({
  id: 'flows/attach/after-create',
  title: 'create, then attach on the same node: 409, and the tenant stays what it is',
  decides: ['attach.conflict-while-present', 'tenant_create.409', 'P2', 'P7', 'P8', 'machine'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('fresh', { data: false });
    const api = await context.api({ node: 'a' });
    await conflicts(api, tenant.id, 'without timelines');
    await tenant.settle();
    const root = { id: context.timeline('first') };
    await added(context, tenant, 'a', root);
    await conflicts(api, tenant.id, 'with a timeline');
    await api.call('tenant_create', {
      tenant: tenant.id,
      body: { new_tenant_id: tenant.id },
      expect: {
        kind: 'refusal',
        statuses: [409],
        cause: 'the id of a tenant that is there',
        name: 'a second create',
      },
    });
    await tenant.settle();
    await tenant.expectWhole('a', 'P8', [root.id]);
    await detached(context, tenant, 'a');
  },
});

async function conflicts(api: Api, tenant: string, when: string): Promise<void> {
  await api.call('attach', {
    tenant,
    expect: {
      kind: 'refusal',
      statuses: [409],
      cause: `a tenant that was just created, ${when}`,
      name: `attach ${when}`,
      requirement: 'attach.conflict-while-present',
    },
  });
}
