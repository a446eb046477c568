// Other tenants move while a node is killed: first the node that they leave, then the one that they come to.

import { expectOutcome, openFlow, scenario, sleep } from '#suite';
import { startAgain } from './shared/restart.ts';
import { everyOf } from './shared/sweep.ts';
import { expectHolding, wholeOf } from './shared/whole.ts';

const MOVERS = 6;
/** Between the beginnings of two moves, milliseconds. */
const STEP_MS = 4;

export default scenario({
  id: 'crash/kill-while-moving',
  title:
    'a move whose one or other node is killed ends with the whole tenant on the node asked for',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.reattach'],
  needs: ['two-nodes', 'restart', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const names = Array.from({ length: MOVERS }, (_, index) => `mover/${index}`);
    const movers = await everyOf(names, (name) => flow.tenant(name, { branches: 1 }));
    for (const [from, to, killed] of [
      ['a', 'b', 'a'],
      ['b', 'a', 'a'],
    ] as const) {
      const moves = everyOf(
        movers,
        async (tenant, index) => {
          await sleep(index * STEP_MS, context.signal);
          context.faultedFlow();
          return tenant.move(from, to);
        },
        MOVERS,
      );
      moves.catch(() => {});
      await sleep((MOVERS * STEP_MS) / 2, context.signal);
      await context.rig.node(killed).kill();
      await startAgain(context, flow, killed);
      for (const [index, outcome] of (await moves).entries()) {
        const { id } = movers[index]!;
        const step = { requirement: 'detach.reattach', what: `move to ${to}`, id, node: to };
        expectOutcome(context, outcome, ['active'], step);
      }
      await everyOf(movers, async (tenant) => {
        const what = `whole after a move to ${to} and a kill of ${killed}`;
        await expectHolding(context, tenant, wholeOf(tenant), {
          requirement: 'P8',
          what,
          node: to,
        });
        await tenant.settle();
      });
    }
  },
});
