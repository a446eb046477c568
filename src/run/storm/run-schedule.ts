// One round of a storm: tenants are made in peace, everything of the schedule happens at once, everything is healed, and each
// tenant must be whole where it was asked to be.

import { sleep } from '../../core/clock.ts';
import type { NodeId } from '../../history/index.ts';
import { type Flow, openFlow } from '../flow/flow.ts';
import { ScenarioEnd } from '../flow/outcome.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { BrokenWatch } from './broken.ts';
import { startSafely, strikeProcess } from './processes.ts';
import type { ProcessFault, SharedFault, StormSchedule, TenantFault } from './schedule.ts';
import { endInPeace, type StormRound, type StormTenant, struckNode, takeStep } from './steps.ts';
import { createStrikes, type Strikes } from './strike.ts';

/** What a round did. */
export interface RoundDone {
  readonly tenants: readonly string[];
  /** Faulted flows: (tenant, operation, fault that hit). */
  readonly faultedFlows: number;
}

/**
 * Runs the schedule on fresh tenants, whose ids derive from `name`; what it has to say is in the context's ledger. Everything it
 * opened is closed by the context's own end.
 */
export async function runSchedule(
  context: ScenarioContext,
  schedule: StormSchedule,
  name: string,
): Promise<RoundDone> {
  const flow = await openFlow(context);
  const broken = new BrokenWatch();
  context.defer(context.rig.history.listen((event) => broken.see(event)));
  const round: StormRound = { context, flow, nodes: flow.nodes, broken };
  const tenants = await makeTenants(flow, schedule, name);
  const strikes = createStrikes(context, flow);
  const wide = schedule.faults.filter(
    (fault) => fault.at === 'process' || fault.at === 'store-link',
  );
  const [processes] = await Promise.all([
    strikeWide(context, flow, strikes, wide),
    ...tenants.map((one, index) =>
      untilEnd(() => takeSteps(round, one, index, { schedule, strikes })),
    ),
  ]);
  const struck = await strikes.end();
  await Promise.all(context.rig.nodes.map((node) => startSafely(context, flow, node)));
  await Promise.all(tenants.map((one) => untilEnd(() => endInPeace(round, one))));
  if (schedule.watchMs !== undefined) await sleep(schedule.watchMs, context.signal);
  await context.lane.drain();
  return {
    tenants: tenants.map(({ tenant }) => tenant.id),
    faultedFlows: struck + processes * Math.max(1, tenants.length),
  };
}

async function makeTenants(
  flow: Flow,
  schedule: StormSchedule,
  name: string,
): Promise<StormTenant[]> {
  const make = async (index: number): Promise<StormTenant> => {
    const { on, branches } = schedule.tenants[index]!;
    // A target with one node takes what was drawn for two.
    const node = flow.nodes.includes(on) ? on : flow.nodes[0]!;
    const tenant = await flow.tenant(`${name}/${index}`, { on: node, branches });
    return {
      tenant,
      timelines: new Set(tenant.timelines),
      branches: tenant.timelines.slice(1),
      ignoredOn: undefined,
      lost: false,
      made: 0,
    };
  };
  const made = await Promise.allSettled(schedule.tenants.map((_, index) => make(index)));
  const failed = made.find(
    (one) => one.status === 'rejected' && !(one.reason instanceof ScenarioEnd),
  );
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

interface Plan {
  readonly schedule: StormSchedule;
  readonly strikes: Strikes;
}

async function takeSteps(
  round: StormRound,
  one: StormTenant,
  index: number,
  { schedule, strikes }: Plan,
): Promise<void> {
  for (const step of schedule.steps) {
    if (step.tenant !== index || one.lost) continue;
    const faults = schedule.faults.filter(
      (fault): fault is TenantFault => 'during' in fault && fault.during === step.id,
    );
    const ends = await Promise.all(
      faults.map((fault) =>
        strikes.tenant(one.tenant, fault, struckNode(round, one, step.do, fault)),
      ),
    );
    await takeStep(round, one, step.do);
    await Promise.all(ends.map((end) => end()));
  }
}

/** Returns how many process faults were carried out. */
async function strikeWide(
  context: ScenarioContext,
  flow: Flow,
  strikes: Strikes,
  faults: readonly (SharedFault | ProcessFault)[],
): Promise<number> {
  const byNode = new Map<NodeId, ProcessFault[]>();
  for (const fault of faults) {
    if (fault.at !== 'process') continue;
    byNode.set(fault.node, [...(byNode.get(fault.node) ?? []), fault]);
  }
  const [counts] = await Promise.all([
    Promise.all([...byNode].map(([node, of]) => strikeProcess(context, flow, node, of))),
    ...faults.filter((fault) => fault.at === 'store-link').map((fault) => strikes.shared(fault)),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What a tenant's way ends with is in the ledger; the others go on. */
async function untilEnd(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ScenarioEnd)) throw error;
  }
}
