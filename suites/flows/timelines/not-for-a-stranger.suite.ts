// A node that does not own a tenant writes nothing for it, whatever it is asked: a config and a timeline for a tenant that
// lives on the other node are refused or forgotten.

import { openFlow, scenario } from '#suite';

export default scenario({
  id: 'flows/timelines/not-for-a-stranger',
  title: 'config and timeline requests on a node without the tenant write nothing for it',
  decides: ['ownership.no-write-without-owning', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('elsewhere', { branches: 1 });
    const writes: string[] = [];
    context.defer(
      context.rig.store.onEvent((event) => {
        const isWrite = event.type === 'committed' && event.op !== 'get' && event.op !== 'list';
        if (isWrite && event.tenant === tenant.id && event.node === 'b') writes.push(event.key);
      }),
    );
    const api = await context.api({ node: 'b' });
    const { id } = tenant;
    for (const round of [1, 2]) {
      await api.call('tenant_config', { tenant: id, body: { tenant_id: id, gc_horizon: round } });
      const timeline = context.timeline(`stray ${round}`);
      const body = context.timelineBody({ new_timeline_id: timeline });
      await api.call('timeline_create', { tenant: id, timeline, body });
      await api.call('timeline_delete', { tenant: id, timeline: tenant.timelines[1]! });
      // The owner goes on meanwhile: what b does by the way would come by then.
      await tenant.nextIndexCommit();
    }
    context.check('ownership.no-write-without-owning', 'b writes nothing', writes.length === 0, {
      message: `node b wrote ${writes[0]} for a tenant that lives on a`,
      tenant: id,
      node: 'b',
    });
    await tenant.settle();
    await tenant.expectWhole('a');
  },
});
