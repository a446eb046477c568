// One way of a link is dead, the other works: requests arrive whose answers do not, or nothing arrives though the node could
// answer. Between client and node, and between one node and the store, with moves between a sick and a healthy node.

import { expectOutcome, type Fault, openFlow, scenario, sleep } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

/** How long one way is dead, ms. */
const DEAD_MS = 250;

const WAYS: readonly {
  readonly where: Fault['where'];
  readonly stream: NonNullable<Fault['stream']>;
}[] = [
  { where: 'client-node', stream: 'request' },
  { where: 'client-node', stream: 'answer' },
  { where: 'node-store', stream: 'request' },
  { where: 'node-store', stream: 'answer' },
];

export default scenario({
  id: 'faults/outage/asymmetric',
  title: 'tenants move while one direction of a link is dead',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.reattach'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'detach.reattach';
    for (const { where, stream } of WAYS) {
      await forEachCase([0, 1, 2], async (index) => {
        const name = `${where} ${stream} ${index}`;
        const tenant = await flow.tenant(name, { branches: 1 });
        const link = tenant.driver.links.a!;
        // A whole store link is struck once for all tenants.
        const fault =
          where === 'node-store' && index > 0
            ? undefined
            : await flow.fault({
                ...{ kind: 'partition', where, stream, node: 'a' },
                ...(where === 'client-node' ? { link, tenant: tenant.id } : {}),
              });
        // What the tenant writes by itself meets a dead way to the store before the detach does.
        if (fault !== undefined && where === 'node-store') await flow.meetsWrite(fault, tenant);
        const moving = tenant.detach('a');
        // A server may take its time before it answers.
        if (fault !== undefined)
          await Promise.race([firstHit(context, fault, context.limits.detach), moving]);
        await sleep(DEAD_MS, context.signal);
        await fault?.heal();
        const step = { requirement, what: `detach (${name})`, id: tenant.id, node: 'a' };
        expectOutcome(context, await moving, ['done'], step);
        if (fault !== undefined) await flow.healed(fault, requirement, name);
        const attached = await tenant.attach('b');
        expectOutcome(context, attached, ['active'], { ...step, what: 'attach', node: 'b' });
        await tenant.settle();
        await tenant.expectWhole('b');
        await detachFrom(context, tenant, 'b');
      });
    }
  },
});
