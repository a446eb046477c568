// Faults on chosen store requests around a move: one request, or two that follow each other. Tenants go from node to node
// and back, one case each way, so that every case ends with another writer.

import {
  createStrikes,
  expectOutcome,
  type Fault,
  type FaultHandle,
  type Flow,
  type FlowTenant,
  type Ledger,
  type RequestWatch,
  type ScenarioContext,
  type Strikes,
  sleep,
  watchRequests,
} from '#suite';
import { attachTo, detachFrom } from './operations.ts';
import { firstHit } from './strike.ts';

/** What is done to one store request, or to all of them from it on. */
export interface RequestFault {
  readonly name: string;
  readonly kind: Fault['kind'];
  readonly parameters?: Fault['parameters'];
  /** Requests that it strikes; absent: all from the chosen one on. */
  readonly times?: number;
}

/** Held, slowed, failed twice, failed for ever, done without an answer. */
export const REQUEST_FAULTS: readonly RequestFault[] = [
  { name: 'held', kind: 'store-hold', times: 1 },
  { name: 'slowed', kind: 'store-delay', parameters: { latencyMs: 150 }, times: 1 },
  { name: 'failed twice', kind: 'store-500', times: 2 },
  { name: 'failed for ever', kind: 'store-503' },
  { name: 'done without an answer', kind: 'store-commit-then-reset', times: 1 },
];

/** Which store requests a case is about. */
export type Choice = Pick<NonNullable<Fault['when']>, 'op' | 'nth'> & { readonly key?: RegExp };

/** One case: faults on consecutive requests, the first one chosen. */
export interface AroundCase {
  readonly name: string;
  readonly choice: Choice;
  readonly faults: readonly RequestFault[];
}

/** Every pair of faults. */
export const PAIRS: readonly (readonly [RequestFault, RequestFault])[] = REQUEST_FAULTS.flatMap(
  (first) => REQUEST_FAULTS.map((second) => [first, second] as const),
);

type Node = 'a' | 'b';
type Step = (
  tenant: FlowTenant,
  from: Node,
  to: Node,
  one: AroundCase,
  strikes: Strikes,
) => Promise<void>;

/**
 * Runs the cases on a few tenants with two timelines each, every case one way of a move. Each kind of fault must have struck once,
 * or `requirement` is not decided.
 */
export async function onMoves(
  context: ScenarioContext,
  flow: Flow,
  requirement: string,
  cases: readonly AroundCase[],
  step: Step,
): Promise<void> {
  const strikes = createStrikes(context);
  const lanes = Math.min(6, cases.length);
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (index: number): Promise<void> => {
    const tenant = await flow.tenant(`lane ${index}`, { branches: 1, on: index % 2 ? 'b' : 'a' });
    let at: Node = index % 2 ? 'b' : 'a';
    for (let position = next++; position < cases.length; position = next++) {
      const to: Node = at === 'a' ? 'b' : 'a';
      await step(tenant, at, to, cases[position]!, strikes);
      at = to;
    }
    await tenant.settle();
    await tenant.expectWhole(at);
    await detachFrom(context, tenant, at);
  };
  const ended = (error: unknown): void => void failures.push(error);
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index).catch(ended)));
  if (failures.length > 0) throw failures[0];
  strikes.conclude(requirement);
}

/** Requests of one attach that are tried are no more than this. */
const REQUESTS_MAX = 6;

/** Store requests from an attach to Active, on a tenant like those of `onMoves`; at least 1. */
export async function countRequests(context: ScenarioContext, flow: Flow): Promise<number> {
  const tenant = await flow.tenant('counted', { branches: 1 });
  await detachFrom(context, tenant, 'a');
  let requests = 0;
  const stop = context.rig.store.onEvent((event) => {
    if (event.type === 'received' && event.tenant === tenant.id && event.node === 'b')
      requests += 1;
  });
  await attachTo(context, tenant, 'b');
  stop();
  await detachFrom(context, tenant, 'b');
  return Math.min(REQUESTS_MAX, Math.max(1, requests));
}

/** How long a held or blocked request stays so while the operation is under way, ms. */
const HELD_MS = 60;
/** What is failed for ever is healed after the operation's answer, or after so long, ms. */
const FOR_EVER_MS = 300;

/** Moves the tenant while requests of its detach's time are struck; what fails for ever does so past the 200. */
export async function detachUnder(
  context: ScenarioContext,
  flow: Flow,
  ...[tenant, from, to, one, strikes]: Parameters<Step>
): Promise<void> {
  const strike = await beginStrike(context, flow, { tenant, node: from, one });
  await flow.meetsWrite(strike.handles[0]!, tenant, from);
  await followFirst(strike);
  if (strike.handles.length > 1) await soonHit(strike.handles.at(-1)!);
  const detaching = tenant.detach(from);
  const healing = healInTurn(context, strike, detaching);
  const outcome = await detaching;
  await healing;
  const ledger = note(strikes, strike);
  const what = `detach (${one.name})`;
  const step = { requirement: 'detach.stops-every-writer', what, id: tenant.id, node: from };
  expectOutcome(ledger, outcome, ['done'], step);
  await attachTo(context, tenant, to);
}

/** Moves the tenant while requests of its attach are struck: Active, or a legal end that a repeated attach repairs. */
export async function attachUnder(
  context: ScenarioContext,
  flow: Flow,
  ...[tenant, from, to, one, strikes]: Parameters<Step>
): Promise<void> {
  await detachFrom(context, tenant, from);
  const strike = await beginStrike(context, flow, { tenant, node: to, one });
  const attaching = tenant.attach(to);
  const healing = firstHit(context, strike.handles[0]!)
    .then(() => followFirst(strike))
    .then(() => healInTurn(context, strike, attaching));
  const outcome = await attaching;
  await healing;
  const ledger = note(strikes, strike);
  const what = `attach (${one.name})`;
  const step = { requirement: 'attach.reaches-active-or-broken', what, id: tenant.id, node: to };
  expectOutcome(ledger, outcome, ['active', 'broken', 'refused'], step);
  await repair(context, tenant, to, outcome.kind);
}

/** What a disturbed attach may come to is repaired by a detach and another attach (judging section 4). */
export async function repair(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: Node,
  end: string,
): Promise<void> {
  if (end === 'active') return;
  if (end === 'broken') await detachFrom(context, tenant, node);
  const outcome = await tenant.attach(node);
  const what = `attach after ${end}`;
  const step = { requirement: 'attach.broken-is-repairable', what, id: tenant.id, node };
  expectOutcome(context, outcome, ['active'], step);
}

/** The faults of one case on one tenant, as far as they are in force. */
interface Struck {
  readonly one: AroundCase;
  /** Puts the fault of that place in force, on the chosen request or on whatever comes. */
  readonly inject: (index: number, choice: Choice) => Promise<FaultHandle>;
  readonly handles: FaultHandle[];
  /** Whether the chosen request came. */
  readonly watch: RequestWatch;
}

interface Aim {
  readonly tenant: FlowTenant;
  readonly node: Node;
  readonly one: AroundCase;
}

async function beginStrike(
  context: ScenarioContext,
  flow: Flow,
  { tenant, node, one }: Aim,
): Promise<Struck> {
  const inject = (index: number, choice: Choice): Promise<FaultHandle> => {
    const { kind, parameters = {}, times } = one.faults[index]!;
    const when = { ...choice, ...(times === undefined ? {} : { times }) };
    return flow.fault({
      ...{ kind, parameters, when },
      where: 'node-store',
      node,
      tenant: tenant.id,
    });
  };
  const handles = [await inject(0, one.choice)];
  return { one, inject, handles, watch: watchRequests(context, tenant.id, node, one.choice) };
}

/** After the chosen request: the second fault strikes whatever comes next. */
async function followFirst({ one, inject, handles }: Struck): Promise<void> {
  const [first] = handles;
  if (one.faults.length === 1 || first!.hits === 0) return;
  handles.push(await inject(1, {}));
  if (one.faults[0]!.times !== undefined) return;
  // Rules act in order: what fails everything must not hide the other one.
  const { nth: _nth, ...rest } = one.choice;
  handles[0] = await inject(0, rest);
  await first!.heal();
}

/** The other timeline, or a retry, meets the second fault soon, or never. */
async function soonHit(fault: FaultHandle): Promise<void> {
  await fault.hit(AbortSignal.timeout(HELD_MS)).catch(() => undefined);
}

/** One after the other, while the operation is under way: who waits for the first must not forget the second. */
async function healInTurn(
  context: ScenarioContext,
  { one, handles, watch }: Struck,
  operation: Promise<unknown>,
): Promise<void> {
  for (const [index, handle] of handles.entries()) {
    if (one.faults[index]!.times === undefined) {
      await Promise.race([operation, sleep(FOR_EVER_MS, context.signal)]);
    }
    await sleep(HELD_MS, context.signal);
    // What comes once it is healed is no longer struck.
    if (index === 0) watch.stop();
    await handle.heal();
  }
}

/** Counts the flow if its first fault struck; the second one follows where there is something to follow. */
function note(strikes: Strikes, { one, handles, watch }: Struck): Ledger {
  const hit = handles.length > 1 || handles[0]!.hits > 0;
  return strikes.note({ kind: one.faults[0]!.name, hit, came: watch.came() });
}
