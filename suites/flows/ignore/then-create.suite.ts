// A create under the id of an ignored tenant: the tenant exists, and nothing of it may be lost, whatever the create answers.

import { openFlow, scenario } from '#suite';
import { ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/ignore/then-create',
  title: 'a create under the id of an ignored tenant takes nothing from it',
  decides: ['ignore.keeps-files', 'P2', 'P4', 'P6', 'P7', 'P8', 'machine'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('ignored', { branches: 1 });
    const api = await context.api({ node: 'a' });
    await ignored(context, tenant, 'a');
    tenant.ask('a');
    const answer = await api.call('tenant_create', { body: { new_tenant_id: tenant.id } });
    const status = answer.response?.status ?? 500;
    if (status >= 300) await loaded(context, tenant, 'a', 'ignore.keeps-files');
    await tenant.settle();
    await tenant.expectWhole('a', 'ignore.keeps-files');
    await tenant.detach('a');
  },
});
