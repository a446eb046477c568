// A disk in trouble for a while: every operation is called once meanwhile, whatever it does; then each is repeated on the
// disk that is whole again, and again looked at after a restart (judging section 9: only that is judged).

import type { Flow, ScenarioContext } from '#suite';
import { CHANGES, type ChangeName } from './changes.ts';
import { startAgain } from './restart.ts';
import { sendOnce } from './send.ts';
import { everyOf } from './sweep.ts';
import { expectHolding } from './whole.ts';

/** The trouble. */
export interface DiskTrouble {
  /** `the data folder of its node can not be written`. */
  readonly what: string;
  begin(): void;
  end(): void;
}

const REQUIREMENT = 'durability.spoiled-disk';
const NAMES = Object.keys(CHANGES) as ChangeName[];

/** Lays all operations, calls each during the trouble, repeats it after that, and restarts node a. */
export async function repeatAfter(
  context: ScenarioContext,
  flow: Flow,
  trouble: DiskTrouble,
): Promise<void> {
  const node = context.rig.node('a');
  const laid = await everyOf(NAMES, async (name) => {
    const tenant = await CHANGES[name].prepare(context, flow, name);
    return { change: CHANGES[name], tenant };
  });
  const { what } = trouble;
  for (const { tenant } of laid) {
    context.rig.history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what });
  }
  trouble.begin();
  try {
    await everyOf(laid, async ({ change, tenant }) => {
      tenant.ask(change.place);
      await sendOnce(context, flow, tenant, change.request(context, tenant));
      context.faultedFlow();
    });
  } finally {
    trouble.end();
  }
  await everyOf(laid, async ({ change, tenant }) => {
    // However the repeated call ended, what it left behind decides.
    const [finished] = await Promise.allSettled([change.finish(context, flow, tenant)]);
    const repeated = `${change.name} repeated on a disk that is whole again`;
    const after = change.after(context, tenant);
    await expectHolding(context, tenant, after, { requirement: REQUIREMENT, what: repeated });
    if (finished.status === 'rejected') throw finished.reason;
  });
  // What was repeated on the whole disk is there for the next process too.
  await node.kill();
  await startAgain(context, flow);
  await everyOf(laid, async ({ change, tenant }) => {
    await tenant.settle();
    const restarted = `${change.name}, repeated on a disk that is whole again, after a restart`;
    const after = change.after(context, tenant);
    await expectHolding(context, tenant, after, { requirement: REQUIREMENT, what: restarted });
  });
}
