// One faulted flow: a tenant, an operation, a fault that hits it; afterwards everything is where it was asked to be.

import {
  type DriverOutcome,
  expectOutcome,
  type Fault,
  type FaultHandle,
  type FaultValue,
  type Flow,
  type FlowTenant,
  type ScenarioContext,
  sleep,
} from '#suite';
import { attachTo, detachFrom, loadOn, type StruckOperation } from './operations.ts';

/** What is struck with what. */
export interface Strike {
  readonly operation: StruckOperation;
  readonly value: FaultValue;
}

/** Faults that let nothing through or keep something back: they are healed while the operation is under way. */
const BLOCKING: ReadonlySet<string> = new Set([
  'refuse',
  'flapping',
  'black-hole',
  'partition',
  'limit-data',
  'cut-request',
  'timeout-request',
  'timeout-answer',
  'hold',
  'hold-answer',
  'duplicate',
  'store-hold',
  'store-drop',
  'store-500',
  'store-503',
  'store-slow-down',
  'store-fail',
  'store-truncate',
  'store-reset',
  'store-commit-then-reset',
]);

/** They show only at the end of a connection. */
const AT_THE_END: ReadonlySet<string> = new Set(['slow-close', 'half-open']);

/** They ask nothing of the store: what the tenant writes by itself is under the fault when they come. */
const MEETS_WRITES: ReadonlySet<string> = new Set(['detach', 'ignore', 'status']);

/** How long a blocking fault lasts after its first hit, ms: several attempts of any client fall into it. */
const BLOCKED_MS = 80;
/** Pause between two looks whether it has met anything, ms. */
const LOOK_MS = 5;

/** Strikes the operation on the link between client and node, on a tenant that is Active on `a`; how it ended. */
export async function strikeClientLink(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  { operation, value }: Strike,
): Promise<DriverOutcome['kind']> {
  await operation.prepare(context, tenant);
  const link = tenant.driver.links[operation.node]!;
  const fault = await flow.fault({
    kind: value.kind,
    where: 'client-node',
    link,
    tenant: tenant.id,
    parameters: value.parameters,
    when: { operation: operation.request(tenant.id) },
  });
  const end = await runUnder(context, fault, { tenant, operation, value });
  if (AT_THE_END.has(value.kind)) {
    await callAndLeave(context, tenant, operation.node);
    await fault.hit(context.signal);
  }
  await flow.healed(fault, operation.requirement, `${operation.name} (${value.name})`);
  return end;
}

/** Strikes the tenant's store requests during the operation, at the tap; the tenant is Active on `a`. How it ended. */
export async function strikeTap(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  { operation, value }: Strike,
): Promise<DriverOutcome['kind']> {
  await operation.prepare(context, tenant);
  const fault = await flow.fault(tapFault(tenant.id, operation, value));
  if (MEETS_WRITES.has(operation.name)) await flow.meetsWrite(fault, tenant, operation.node);
  const strike = { tenant, operation, value };
  const end = await runUnder(context, fault, strike, ['broken', 'refused']);
  // What an operation writes may follow its answer.
  if (fault.hits === 0) await firstHit(context, fault);
  await flow.healed(fault, operation.requirement, `${operation.name} (${value.name})`);
  return end;
}

function tapFault(tenant: string, operation: StruckOperation, value: FaultValue): Fault {
  const { kind, parameters } = value;
  return { kind, where: 'node-store', node: operation.node, tenant, parameters };
}

interface Run extends Strike {
  readonly tenant: FlowTenant;
}

async function runUnder(
  context: ScenarioContext,
  fault: FaultHandle,
  { tenant, operation, value }: Run,
  alsoRight: readonly ('broken' | 'refused')[] = [],
): Promise<DriverOutcome['kind']> {
  const healing = BLOCKING.has(value.kind) ? healSoon(context, fault) : undefined;
  const outcome = await operation.run(context, tenant);
  await healing;
  const { name, requirement, node } = operation;
  const isOpening = name === 'attach' || name === 'load';
  const also: DriverOutcome['kind'][] = isOpening ? [...alsoRight] : [];
  // The answer that comes back may be the one to the second copy.
  if (value.kind === 'duplicate' && name === 'timeline-create') also.push('refused');
  const step = { requirement, what: `${name} (${value.name})`, id: tenant.id, node };
  expectOutcome(context, outcome, [...operation.wanted, ...also], step);
  return outcome.kind;
}

/** Waits for the first hit, by default no longer than a target may be silent. */
export async function firstHit(
  context: ScenarioContext,
  fault: FaultHandle,
  limitMs = context.limits.quiet,
): Promise<void> {
  const soon = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)]);
  await fault.hit(soon).catch(() => undefined);
}

/** Heals a while after the first hit; a fault that hits nothing is healed by its user. */
async function healSoon(context: ScenarioContext, fault: FaultHandle): Promise<void> {
  // What is swallowed may be known to have been hit only by its end.
  const isMet = (): boolean => fault.hits > 0 || fault.held.length > 0;
  while (!isMet() && !fault.healed && !context.signal.aborted) await sleep(LOOK_MS);
  if (isMet() && !context.signal.aborted) await sleep(BLOCKED_MS);
  await fault.heal();
}

/** A caller on the same link that leaves after its answer: faults of the end of a connection strike it. */
async function callAndLeave(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: 'a' | 'b',
): Promise<void> {
  const api = await context.api({ node, url: tenant.driver.links[node]!.url, judged: false });
  await api.call('tenant_status', { tenant: tenant.id });
  await api.close();
}

/** After the fault: the tenant is brought to one more node where that is safe, is whole there, and leaves. */
export async function seeThrough(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  operation: StruckOperation,
): Promise<void> {
  const at = await bringBack(context, flow, tenant, operation);
  await tenant.settle();
  await tenant.expectWhole(at);
  // An attach that nobody can account for keeps the tenant where it is.
  if (flow.ownership.unresolved(tenant.id, at).length > 0) return;
  await detachFrom(context, tenant, at);
}

/**
 * After the operation: Active again, where it is to be or where an operation like it leads next. Only what ended as Broken may be so:
 * an attach or load that a store fault touched, and no tenant that was Active.
 */
export async function bringBack(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  operation: StruckOperation,
  end?: DriverOutcome['kind'],
): Promise<'a' | 'b'> {
  if (operation.name === 'detach') {
    await attachTo(context, tenant, 'b');
    return 'b';
  }
  if (operation.name === 'ignore') {
    await loadOn(context, tenant, 'a');
    return 'a';
  }
  const at = operation.ends ?? 'a';
  if ((await tenant.driver.look(tenant.id, at)) === 'Broken') {
    if (end !== 'broken') {
      context.check('P7', `not Broken after ${operation.name}`, false, {
        message: `tenant ${tenant.id} is Broken on ${at} after ${operation.name}, though no store fault touched an attach or load of it`,
        expected: 'Active',
        actual: 'Broken',
        tenant: tenant.id,
        node: at,
      });
    }
    await detachFrom(context, tenant, at);
  }
  if (!flow.ownership.mayOwn(tenant.id, at)) await attachTo(context, tenant, at);
  return at;
}
