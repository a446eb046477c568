// A detach or an ignore comes while writes of the tenant are held at the store, before or after their effect, for longer than a
// hasty server waits: the 200 waits for them, or they never take effect.

import {
  expectOutcome,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { attachTo, detachFrom, loadOn } from '../shared/operations.ts';

/** How long the writes are held after the call, ms: longer than a second, which is what a hasty server waits. */
const HELD_MS = 1300;

const WRITES = {
  'layer put': { op: ['put'], key: /^(?!.*index_part)/ },
  'index put': { op: ['put'], key: /index_part/ },
  'layer delete': { op: ['delete'] },
  anything: {},
} as const;

const POINTS = ['received', 'committed'] as const;

export default scenario({
  id: 'faults/leaving/waits-for-held-writes',
  title: 'a detach and an ignore while writes of the tenant are held at the store',
  decides: [
    ...['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
    ...['detach.stops-every-writer', 'ignore.stops-every-writer'],
  ],
  needs: ['two-nodes', 'tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const cases = Object.entries(WRITES).flatMap(([write, when]) =>
      (write === 'anything' ? POINTS : POINTS.slice(0, 1)).flatMap((point) =>
        (['detach', 'ignore'] as const).map((leaving) => ({ write, when, point, leaving })),
      ),
    );
    await forEachCase(
      cases,
      async ({ write, when, point, leaving }) => {
        const requirement = `${leaving}.stops-every-writer`;
        const name = `${leaving}, ${write} held when ${point}`;
        const tenant = await flow.tenant(name, { branches: 1 });
        const fault = await flow.fault({
          kind: 'store-hold',
          where: 'node-store',
          ...{ node: 'a', tenant: tenant.id, when, parameters: { point } },
        });
        if (!(await flow.meetsWrite(fault, tenant))) {
          context.unsupported(requirement, `the target does not write by itself: ${write}`);
          await fault.heal();
          await comesBack(context, tenant, 'stay');
          return;
        }
        const running = tenant[leaving]('a');
        await sleep(HELD_MS, context.signal);
        const late = watchCommits(context, tenant.id, running);
        if (!(await flow.healed(fault, requirement, name))) return;
        expectOutcome(context, await running, ['done'], {
          ...{ requirement, what: name, id: tenant.id, node: 'a' },
        });
        await sleep(100, context.signal);
        const commits = late();
        context.check(requirement, 'nothing takes effect after the 200', commits === 0, {
          message: `${commits} writes of tenant ${tenant.id} took effect after ${leaving} was answered`,
          tenant: tenant.id,
          node: 'a',
        });
        await comesBack(context, tenant, leaving);
      },
      cases.length,
    );
  },
});

/** Counts what takes effect after the answer and before the tenant is brought back. */
function watchCommits(
  context: ScenarioContext,
  tenant: string,
  answered: Promise<unknown>,
): () => number {
  let commits = 0;
  let isOver = false;
  void answered.then(() => {
    isOver = true;
  });
  const stop = context.rig.store.onEvent((event) => {
    if (isOver && event.type === 'committed' && event.tenant === tenant) commits += 1;
  });
  return () => {
    stop();
    return commits;
  };
}

async function comesBack(
  context: ScenarioContext,
  tenant: FlowTenant,
  leaving: 'detach' | 'ignore' | 'stay',
): Promise<void> {
  const at = leaving === 'detach' ? 'b' : 'a';
  if (leaving !== 'stay') await (leaving === 'detach' ? attachTo : loadOn)(context, tenant, at);
  await tenant.settle();
  await tenant.expectWhole(at);
  await detachFrom(context, tenant, at);
}
