// Two clients at once: the same tenant, the same node, two calls that meet in every order, also while the store is slow.

import {
  type DriverOutcome,
  expectOutcome,
  type Flow,
  type FlowDriver,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  sleep,
} from '#suite';
import { forEachCase } from './cases.ts';
import { attachTo, detachFrom } from './operations.ts';

/** Two clients of one tenant. */
export interface Racers {
  readonly context: ScenarioContext;
  readonly flow: Flow;
  readonly tenant: FlowTenant;
  readonly first: FlowDriver;
  readonly second: FlowDriver;
}

/** What races, and how it may end for each. */
export interface Race {
  readonly requirement: string;
  readonly node: 'a' | 'b';
  prepare(racers: Racers): Promise<void>;
  run(racers: Racers): readonly [() => Promise<DriverOutcome>, () => Promise<DriverOutcome>];
  readonly wanted: readonly DriverOutcome['kind'][];
  /** Where the tenant is to be brought after the race; undefined: it is brought nowhere. */
  readonly ends: 'a' | 'b';
}

/** How much later the second call is sent, ms; and whether the store is slow meanwhile. */
const METERS = [0, 1, 4, 15].flatMap((lateMs) => [
  { lateMs, slow: false },
  { lateMs, slow: true },
]);

/** Runs the race many times, each time on a tenant of its own. */
export async function race(context: ScenarioContext, what: Race): Promise<void> {
  const flow = await openFlow(context);
  await forEachCase(METERS, async ({ lateMs, slow }, index) => {
    const tenant = await flow.tenant(`race ${index}`);
    const racers = { context, flow, tenant, first: tenant.driver, second: await flow.driver() };
    await what.prepare(racers);
    const fault = slow
      ? await flow.fault({
          kind: 'store-delay',
          where: 'node-store',
          ...{ node: what.node, tenant: tenant.id, parameters: { latencyMs: 40 } },
        })
      : undefined;
    const [one, other] = what.run(racers);
    const late = sleep(lateMs, context.signal).then(other);
    const outcomes = await Promise.all([one(), late]);
    await fault?.heal();
    if (fault !== undefined && fault.hits > 0) context.faultedFlow();
    for (const outcome of outcomes) {
      const step = { requirement: what.requirement, what: 'race', id: tenant.id, node: what.node };
      expectOutcome(context, outcome, what.wanted, step);
    }
    await ends(racers, what.ends);
  });
}

/** Whoever won: the tenant is brought to where it is asked to be, whole, and leaves. */
async function ends({ context, flow, tenant }: Racers, node: 'a' | 'b'): Promise<void> {
  tenant.ask(node);
  if ((await tenant.driver.look(tenant.id, node)) === 'absent') {
    if (!flow.ownership.mayOwn(tenant.id, node)) await attachTo(context, tenant, node);
  }
  const active = await tenant.driver.attach(tenant.id, node);
  const step = { requirement: 'P7', what: 'attach after a race', id: tenant.id, node };
  expectOutcome(context, active, ['active'], step);
  await tenant.settle();
  await tenant.expectWhole(node);
  await detachFrom(context, tenant, node);
}
