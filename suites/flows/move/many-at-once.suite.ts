// A dozen tenants move at the same time, half of them each way, and back: each ends where it was sent, whole, and none of them waits for
// another.

import { openFlow, scenario } from '#suite';
import { detached, moved } from '../shared/steps.ts';

const TENANTS = 12;

export default scenario({
  id: 'flows/move/many-at-once',
  title: 'a dozen tenants move across each other and back, at the same time',
  decides: ['detach.reattach', 'liveness.limits', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const travel = async (index: number): Promise<void> => {
      const [from, to] = index % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
      const tenant = await flow.tenant(`${index}`, {
        on: from!,
        branches: index % 3 === 0 ? 1 : 0,
      });
      for (const [there, back] of [
        [from!, to!],
        [to!, from!],
      ]) {
        await moved(context, tenant, there!, back!);
      }
      await tenant.settle();
      await detached(context, tenant, from!);
    };
    await Promise.all(Array.from({ length: TENANTS }, (_, index) => travel(index)));
    context.check('liveness.limits', 'each move came to its end', true);
  },
});
