// Faults of the whole link between the nodes and their store, with all operations under way at once. They strike every
// tenant of the rig, so nothing else may run beside them; tenants are used again and again.

import {
  type DriverOutcome,
  expectOutcome,
  type FaultHandle,
  type FaultValue,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  sleep,
} from '#suite';
import { attachTo, detachFrom, OPERATIONS, type StruckOperation } from './operations.ts';
import { bringBack, firstHit } from './strike.ts';
import { valuesOf } from './tables.ts';

/** How long the link is disturbed while operations wait for it, ms. */
const DISTURBED_MS = 120;
/** They show only at the end of a connection. */
const AT_THE_END: ReadonlySet<string> = new Set(['slow-close', 'half-open']);

interface Case {
  readonly operation: StruckOperation;
  readonly tenant: FlowTenant;
}

/** Every operation under every value of these kinds on the store links of all nodes. */
export async function everyOperationUnder(
  context: ScenarioContext,
  kinds: readonly string[],
): Promise<void> {
  const flow = await openFlow(context);
  const values = valuesOf(
    context,
    ({ kind, where }) => where === 'node-store' && kinds.includes(kind),
  );
  const cases = await Promise.all(
    Object.values(OPERATIONS).map(async (operation) => ({
      operation,
      tenant: await flow.tenant(operation.name),
    })),
  );
  for (const value of values) await strikeLinks(context, flow, cases, value);
  for (const { tenant } of cases) {
    await tenant.settle();
    await tenant.expectWhole('a');
    await detachFrom(context, tenant, 'a');
  }
}

async function strikeLinks(
  context: ScenarioContext,
  flow: Flow,
  cases: readonly Case[],
  value: FaultValue,
): Promise<void> {
  await Promise.all(cases.map(({ operation, tenant }) => operation.prepare(context, tenant)));
  const { kind, parameters } = value;
  const strike = (): Promise<FaultHandle> =>
    flow.fault({
      ...{ kind, parameters },
      where: 'node-store',
      ...(kind === 'half-open' ? { stream: 'answer' as const } : {}),
      when: { times: Number.POSITIVE_INFINITY },
    });
  let fault = await strike();
  const ender = AT_THE_END.has(kind) ? await endConnections(flow) : undefined;
  const running = Promise.all(cases.map((one) => runOne(context, one, value)));
  running.catch(() => undefined);
  await sleep(DISTURBED_MS, context.signal);
  if (fault.hits === 0) fault = await strikeAgain(context, flow, { fault, strike });
  await ender?.heal();
  await fault.heal();
  const ended = await running;
  await countHits(context, fault, value);
  for (const { judge } of ended) judge();
  await Promise.all(
    cases.map(async ({ operation, tenant }, place) => {
      const at = await bringBack(context, flow, tenant, operation, ended[place]!.end);
      if (at === 'a') return;
      await detachFrom(context, tenant, at);
      await attachTo(context, tenant, 'a');
    }),
  );
}

/**
 * A server with a connection for each request may have had none open so far. What refuses strikes only those that are open when it
 * begins: it begins anew while a request is under way. Everything else goes on until it meets one.
 */
async function strikeAgain(
  context: ScenarioContext,
  flow: Flow,
  { fault, strike }: { readonly fault: FaultHandle; readonly strike: () => Promise<FaultHandle> },
): Promise<FaultHandle> {
  if (fault.kind !== 'refuse') {
    await firstHit(context, fault);
    return fault;
  }
  await fault.heal();
  const slow = await flow.fault({
    kind: 'store-delay',
    where: 'node-store',
    parameters: { latencyMs: DISTURBED_MS },
    when: { times: Number.POSITIVE_INFINITY },
  });
  await firstHit(context, slow);
  const again = await strike();
  await slow.heal();
  await sleep(DISTURBED_MS, context.signal);
  return again;
}

/** Answers of the store break off: connections end. */
function endConnections(flow: Flow): Promise<FaultHandle> {
  return flow.fault({
    kind: 'store-truncate',
    where: 'node-store',
    parameters: { bytes: 30 },
    when: { times: 12 },
  });
}

/** Runs the operation; resolves with its end, and with what is to be said of it once the fault is healed. */
async function runOne(
  context: ScenarioContext,
  { operation, tenant }: Case,
  value: FaultValue,
): Promise<{ readonly end: DriverOutcome['kind']; readonly judge: () => void }> {
  const outcome = await operation.run(context, tenant);
  const { name, requirement, node } = operation;
  const isOpening = name === 'attach' || name === 'load';
  const wanted = isOpening
    ? ([...operation.wanted, 'broken', 'refused'] as const)
    : operation.wanted;
  const step = { requirement, what: `${name} (${value.name})`, id: tenant.id, node };
  return {
    end: outcome.kind,
    judge: () => expectOutcome(context, outcome, wanted, step),
  };
}

/** Each operation was under way while the link was struck; more flows than hits there were not. */
async function countHits(
  context: ScenarioContext,
  fault: FaultHandle,
  value: FaultValue,
): Promise<void> {
  await fault.heal();
  await context.lane.drain();
  const flows = Math.min(fault.hits, Object.keys(OPERATIONS).length);
  for (let flow = 0; flow < flows; flow += 1) context.faultedFlow();
  if (flows === 0) context.undecided('P7', `${value.name} hit nothing on the store links`);
}
