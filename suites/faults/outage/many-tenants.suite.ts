// Many tenants move at once, each under a fault of its own: each ends where it was asked to be, whole.

import { expectOutcome, openFlow, scenario, sleep } from '#suite';
import { detachFrom } from '../shared/operations.ts';
import { valuesOf } from '../shared/tables.ts';

const TENANTS = Array.from({ length: 16 }, (_, index) => index);
/** How long each fault lasts after it has struck, ms. */
const LASTS_MS = 700;

export default scenario({
  id: 'faults/outage/many-tenants',
  title: 'many tenants move at once, each under a store fault of its own',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.reattach'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'detach.reattach';
    const values = valuesOf(context, ({ kind }) => kind.startsWith('store-'));
    await Promise.all(
      TENANTS.map(async (index) => {
        const from = index % 2 === 0 ? 'a' : 'b';
        const to = from === 'a' ? 'b' : 'a';
        const value = context.random.pick(values);
        const name = `${index}: ${value.name}`;
        const tenant = await flow.tenant(name, { on: from });
        const { id } = tenant;
        const fault = await flow.fault({
          ...{ kind: value.kind, where: 'node-store', tenant: id, parameters: value.parameters },
          when: { times: 3 },
        });
        // A server may take its time until it meets the fault; what meets nothing is healed below.
        const healing = fault.hit(context.signal).then(() => sleep(LASTS_MS, context.signal));
        healing.then(() => fault.heal()).catch(() => undefined);
        const moved = await tenant.move(from, to);
        const step = { requirement, what: `move (${name})`, id, node: to };
        // A move of a target that does not write by itself may only read.
        const readsOnly = value.parameters?.point === 'committed' ? 'unsupported' : 'undecided';
        const wasHit = await flow.healed(fault, requirement, name, readsOnly);
        // What struck the detach alone excuses nothing of the attach.
        const isExcused = fault.struck.some(({ node = to }) => node === to);
        const ends = isExcused ? (['active', 'broken', 'refused'] as const) : (['active'] as const);
        expectOutcome(context, moved, ends, step);
        if (!wasHit) return;
        if (moved.kind === 'broken') await detachFrom(context, tenant, to);
        const settled = await tenant.attach(to);
        expectOutcome(context, settled, ['active'], { ...step, what: `attach after ${name}` });
        await tenant.settle();
        await tenant.expectWhole(to);
        await detachFrom(context, tenant, to);
      }),
    );
  },
});
