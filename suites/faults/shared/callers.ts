// The caller of a state-changing call is gone, or its answer is: afterwards other callers and the same operation work.

import {
  type CallOptions,
  createStrikes,
  expectOutcome,
  type Fault,
  type FaultHandle,
  type Flow,
  type FlowTenant,
  openFlow,
  type ScenarioContext,
  type Strikes,
  sleep,
} from '#suite';
import { forEachCase } from './cases.ts';
import { CHANGING, type ChangingOperation, WITH_BODY } from './changing.ts';
import { firstHit, seeThrough } from './strike.ts';

/** One way in which a caller and the server lose each other. */
export interface Parting {
  readonly name: string;
  readonly fault: Pick<Fault, 'kind' | 'parameters'>;
  /** What the store does to the tenant meanwhile: the call is under way when the parting comes. */
  readonly held: boolean;
  /** Only operations with a body, which is made long: what is beyond its beginning is surely within it. */
  readonly longBody?: true;
  /** When the same call is sent by somebody else: while the store holds, or (default) after it. */
  readonly again?: 'meanwhile';
}

/** The server may finish what nobody waits for any more before it is asked again, ms. */
const SETTLED_MS = 40;
/** How long the store keeps the tenant's requests after the parting, ms. */
const HELD_MS = 100;

/** Operations on a tenant that is Active when they come: it writes by itself. */
const LIVING: ReadonlySet<string> = new Set([
  'detach',
  'ignore',
  'config',
  'timeline-create',
  'timeline-delete',
]);

/** White space within a body, bytes; far longer than any head. */
const BLANK_BYTES = 8192;

/** The call with white space before the first member of its body. */
function withLongBody({ body, ...options }: CallOptions): CallOptions {
  return { ...options, rawBody: JSON.stringify(body).replace('{', `{${' '.repeat(BLANK_BYTES)}`) };
}

/** Every state-changing operation with every parting. */
export async function everyParting(
  context: ScenarioContext,
  partings: readonly Parting[],
): Promise<void> {
  const flow = await openFlow(context);
  const cases = CHANGING.flatMap((operation) =>
    partings
      .filter(({ longBody }) => !longBody || WITH_BODY.has(operation.name))
      .map((parting) => ({ operation, parting })),
  );
  const strikes = createStrikes(context);
  await forEachCase(cases, (one) => runCase(context, flow, one, strikes));
  strikes.conclude('liveness.caller-gone');
}

interface Case {
  readonly operation: ChangingOperation;
  readonly parting: Parting;
}

async function runCase(
  context: ScenarioContext,
  flow: Flow,
  { operation, parting }: Case,
  strikes: Strikes,
): Promise<void> {
  const name = `${operation.name} (${parting.name})`;
  const tenant = await flow.tenant(name);
  await operation.prepare(context, tenant);
  const { node, requirement } = operation;
  const subject = operation.subject(context, tenant);
  const hold = parting.held ? await holdStore(flow, subject, node) : undefined;
  // What lives already must be in the middle of a write, or nothing is waited for when its caller goes.
  if (hold !== undefined && LIVING.has(operation.name)) await flow.meetsWrite(hold, tenant, node);
  const gone = await flow.caller(node);
  const fault = await flow.fault({
    ...parting.fault,
    where: 'client-node',
    link: gone.link,
    tenant: subject,
    when: { operation: operation.request(tenant.id) },
  });
  tenant.ask(operation.ends ?? null);
  const [called, options] = operation.call(context, tenant);
  const lost = gone.api.call(called, parting.longBody ? withLongBody(options) : options);
  await parted(context, fault);
  const askAgain = (): Promise<void> => sameAgain(context, flow, operation, tenant);
  const meanwhile = parting.again === 'meanwhile' ? askAgain() : undefined;
  if (hold !== undefined) await heldAndHealed(context, hold, node);
  await lost;
  await sleep(SETTLED_MS, context.signal);
  await (meanwhile ?? askAgain());
  const outcome = await operation.run(context, tenant);
  await fault.heal();
  await context.lane.drain();
  // What the store holds may be answered before its caller is gone: then nothing was sent that could be struck.
  const came = !parting.held;
  const ledger = strikes.note({ kind: parting.name, hit: fault.hits > 0, came });
  // What had been taken in when its caller left may be refused when it is asked for again.
  const also = operation.name === 'create' ? (['refused'] as const) : [];
  const step = { requirement, what: name, id: subject, node };
  expectOutcome(ledger, outcome, [...operation.wanted, ...also], step);
  ledger.check('liveness.caller-gone', `${operation.name} works after its caller was gone`, true);
  if (subject !== tenant.id) await leaveNew(flow, tenant.driver, subject);
  await seeThrough(context, flow, tenant, operation);
}

/** The very same call by somebody else: answered, whatever the answer, and not left to wait for what was given up. */
async function sameAgain(
  context: ScenarioContext,
  flow: Flow,
  operation: ChangingOperation,
  tenant: FlowTenant,
): Promise<void> {
  const { api } = await flow.caller(operation.node);
  const limitMs = 3 * context.limits.attach;
  const [called, options] = operation.call(context, tenant);
  const again = await api.call(called, { ...options, timeoutMs: limitMs });
  const { name, node } = operation;
  context.check('liveness.caller-gone', `${name} is answered again`, again.response !== undefined, {
    message: `${name} got no answer within ${limitMs} ms after an equal one had lost its caller`,
    actual: again.failure?.error,
    tenant: operation.subject(context, tenant),
    node,
  });
}

function holdStore(flow: Flow, tenant: string, node: 'a' | 'b'): Promise<FaultHandle> {
  return flow.fault({ kind: 'store-hold', where: 'node-store', node, tenant });
}

async function parted(context: ScenarioContext, fault: FaultHandle): Promise<void> {
  await firstHit(context, fault, context.limits.api);
  await fault.heal();
}

/** Sees that others are answered while the store still holds, and heals. */
async function heldAndHealed(
  context: ScenarioContext,
  hold: FaultHandle,
  node: 'a' | 'b',
): Promise<void> {
  await othersAnswer(context, node);
  await sleep(HELD_MS, context.signal);
  await hold.heal();
}

/** The list, asked by somebody else on a connection of its own. */
async function othersAnswer(context: ScenarioContext, node: 'a' | 'b'): Promise<void> {
  const api = await context.api({ node });
  const begun = performance.now();
  const list = await api.call('tenant_list', { timeoutMs: 3 * context.limits.api });
  const tookMs = performance.now() - begun;
  context.check('liveness.isolation', 'the list is answered in time', tookMs < context.limits.api, {
    level: list.response === undefined ? 'fail' : 'warn',
    message: `the list of ${node} took ${Math.round(tookMs)} ms while one tenant was held`,
    node,
  });
  await api.close();
}

/** A tenant without data leaves again, unless an unanswered create keeps it. */
async function leaveNew(
  flow: Flow,
  driver: Awaited<ReturnType<Flow['driver']>>,
  tenant: string,
): Promise<void> {
  if (flow.ownership.unresolved(tenant, 'a').length === 0) await driver.detach(tenant, 'a');
}
