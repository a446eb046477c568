// A node that writes a tenant by itself is killed, and then stopped: each time it starts again, and once the tenant is Active it writes
// as before. Who has written for no longer than the quiet time has no habit to go on with.

import { openFlow, scenario, sleep } from '#suite';

export default scenario({
  id: 'flows/restart/writes-go-on',
  title: 'what a node writes by itself it writes after a restart too',
  decides: [
    'liveness.writes-progress',
    'durability.restart',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['restart', 'tap'],
  async run(context) {
    const requirement = 'liveness.writes-progress';
    const flow = await openFlow(context);
    const tenant = await flow.tenant('writing');
    const node = context.rig.node('a');
    for (const how of ['kill', 'terminate'] as const) {
      await sleep(context.limits.quiet, context.signal);
      for (let rewrite = 0; rewrite < 4; rewrite += 1) {
        if (await tenant.nextIndexCommit()) continue;
        context.unsupported(requirement, 'the target does not write by itself');
        return;
      }
      await node[how]();
      await node.start();
      await tenant.settle('durability.restart');
      const goesOn = await tenant.nextIndexCommit(3 * context.limits.quiet);
      context.check(requirement, 'writes go on', goesOn, {
        message: `tenant ${tenant.id} is Active after a ${how} and a start, and is not written any more`,
        tenant: tenant.id,
        node: 'a',
      });
      await tenant.expectWhole('a', 'durability.restart');
    }
    await tenant.detach('a');
  },
});
