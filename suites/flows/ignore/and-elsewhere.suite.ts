// Ignored here and attached there: the ignored files take no part in it. After the tenant's return the branch that was made elsewhere is
// there, and nothing comes from the old files.

import { openFlow, scenario } from '#suite';
import { attached, detached, ignored } from '../shared/steps.ts';
import { added, mustListExactly } from '../shared/timelines.ts';

export default scenario({
  id: 'flows/ignore/and-elsewhere',
  title:
    'ignored on one node, the tenant lives on the other, and comes back with what was made there',
  decides: [
    'ignore.stops-every-writer',
    'detach.ignored-on-request',
    'attach.data-intact',
    'P2',
    'P3',
    'P4',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('abroad', { branches: 1 });
    const [root, twig] = tenant.timelines as readonly [string, string];
    await ignored(context, tenant, 'a');
    await attached(context, tenant, 'b');
    const made = { id: context.timeline('made abroad'), ancestor: twig };
    await added(context, tenant, 'b', made);
    await tenant.settle();
    await detached(context, tenant, 'b');
    const left = await tenant.detach('a', { ignored: true });
    const status = left.last?.response?.status;
    context.check('detach.ignored-on-request', 'the old files are detached', status === 200, {
      message: 'an ignored tenant was not detached with detach_ignored=true',
      expected: 200,
      actual: status,
      tenant: tenant.id,
      node: 'a',
    });
    await attached(context, tenant, 'a');
    const all = [{ id: root }, { id: twig, ancestor: root }, made];
    const check = { requirement: 'attach.data-intact', name: 'back again' };
    await mustListExactly(context, tenant, 'a', all, check);
    context.check('ignore.stops-every-writer', 'the tenant lived elsewhere meanwhile', true);
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});
