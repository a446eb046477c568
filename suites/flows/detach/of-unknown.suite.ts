// A detach of what is not there is 404, however often it is asked, and leaves every other tenant alone: an id that nobody knows,
// a tenant that lives on the other node, and one that was detached just before.

import { type Api, openFlow, scenario } from '#suite';
import { attached, detached, moved } from '../shared/steps.ts';

export default scenario({
  id: 'flows/detach/of-unknown',
  title: 'a detach of a tenant that is not there is 404 and changes nothing',
  decides: ['detach.unknown-is-404', 'liveness.wear', 'P2', 'P3', 'P7', 'P8', 'machine'],
  needs: ['two-nodes'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('elsewhere');
    const api = { a: await context.api({ node: 'a' }), b: await context.api({ node: 'b' }) };
    await isUnknown(api.b, tenant.id, 'a tenant that lives on the other node', 8);
    await isUnknown(api.a, context.tenant('nobody'), 'an id that nobody knows', 6);
    await detached(context, tenant, 'a');
    await isUnknown(api.a, tenant.id, 'a tenant that was just detached', 6);
    await attached(context, tenant, 'a', 'liveness.wear');
    await tenant.expectWhole('a');
    await moved(context, tenant, 'a', 'b');
    await isUnknown(api.a, tenant.id, 'a tenant that has moved away', 1);
    await tenant.settle();
    await detached(context, tenant, 'b');
  },
});

async function isUnknown(api: Api, tenant: string, cause: string, times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    await api.call('detach', {
      tenant,
      expect: {
        kind: 'refusal',
        statuses: [404],
        cause,
        name: `${cause}, ${time}`,
        requirement: 'detach.unknown-is-404',
      },
    });
  }
}
