// Several attaches are held at the store at once, each for a while of its own: somebody else's attach does not wait for all of them
// in turn.

import { openFlow, scenario, sleep } from '#suite';
import { attachTo, detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

const HELD = ['one', 'two', 'three', 'four', 'five', 'six'] as const;

/** Held one after the other they would take more than three times `limits.api`; at once they take as long as one. */
const share = (limitMs: number): number => (3.3 * limitMs) / HELD.length;

export default scenario({
  id: 'faults/neighbours/of-many-held-attaches',
  title: 'an attach is served while several others are held at the store',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.isolation'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const neighbour = await flow.tenant('neighbour');
    const tenants = await Promise.all(HELD.map((name) => flow.tenant(name)));
    await Promise.all([neighbour, ...tenants].map((one) => detachFrom(context, one, 'a')));
    const attaching = tenants.map(async (tenant) => {
      const { id } = tenant;
      const fault = await flow.fault({
        ...{ kind: 'store-hold', where: 'node-store', node: 'b', tenant: id, when: { times: 1 } },
      });
      const attached = attachTo(context, tenant, 'b');
      await firstHit(context, fault, 10 * context.limits.api);
      await sleep(share(context.limits.api), context.signal);
      await flow.healed(fault, 'liveness.isolation', 'attach');
      await attached;
    });
    // The others are on their way when this one is sent.
    await sleep(60, context.signal);
    const begun = performance.now();
    await attachTo(context, neighbour, 'b');
    const tookMs = performance.now() - begun;
    const limitMs = context.limits.api;
    context.check('liveness.isolation', 'an attach among held ones', tookMs <= limitMs, {
      level: tookMs >= 3 * limitMs ? 'fail' : 'warn',
      message: `attach on b took ${Math.round(tookMs)} ms while attaches of other tenants were held`,
      expected: `within ${limitMs} ms`,
      tenant: neighbour.id,
      node: 'b',
    });
    await Promise.all(attaching);
    await Promise.all([neighbour, ...tenants].map((one) => one.expectWhole('b')));
    await Promise.all([neighbour, ...tenants].map((one) => detachFrom(context, one, 'b')));
  },
});
