// A kill sweep: many operations of different tenants are laid at different phases before one SIGKILL; after the restart
// each tenant is judged by what its caller was told (judging sections 6 and 10).

import { type Exchange, type Flow, type FlowTenant, type ScenarioContext, sleep } from '#suite';
import { CHANGES, type Change, type ChangeName, expectEnd } from './changes.ts';
import { describeFound, describeHolding, isHolding, readTenant } from './found.ts';
import { sendOnce } from './send.ts';

/** One operation on a tenant of its own. */
export interface Laid {
  readonly change: Change;
  readonly tenant: FlowTenant;
  /** How long before the kill its request is sent, milliseconds. */
  readonly beforeMs: number;
  /** After its 2xx the tenant is polled until Active, as long as there is time. */
  readonly watched: boolean;
}

/** An operation that a kill struck, or that had ended before. */
export interface Struck extends Laid {
  readonly exchange: Exchange;
  /** The tenant was seen Active after the 2xx and before the kill. */
  readonly seenActive: boolean;
}

/** Which operation is laid when. */
export interface Phase {
  readonly name: ChangeName;
  readonly beforeMs: number;
  readonly watched?: boolean;
}

/** Makes a tenant for each phase and brings it to where its operation makes sense. */
export function layAll(
  context: ScenarioContext,
  flow: Flow,
  phases: readonly Phase[],
  round = 0,
): Promise<Laid[]> {
  return everyOf(phases, async ({ name, beforeMs, watched = false }, index) => {
    const change = CHANGES[name];
    const tenant = await change.prepare(context, flow, `${name}/${round}/${index}`);
    return { change, tenant, beforeMs, watched };
  });
}

/**
 * Sends each operation at its phase, ends node a (default: SIGKILL), and resolves when every call has ended and the node is down.
 */
export async function killAmid(
  context: ScenarioContext,
  flow: Flow,
  laid: readonly Laid[],
  end: (node: ScenarioContext['rig']['nodes'][number]) => Promise<unknown> = (node) => node.kill(),
): Promise<Struck[]> {
  const longest = Math.max(...laid.map(({ beforeMs }) => beforeMs));
  const dead = new AbortController();
  const calls = Promise.all(
    laid.map(async (one) => {
      await sleep(longest - one.beforeMs, context.signal);
      return sendLaid(context, flow, one, dead.signal);
    }),
  );
  calls.catch(() => {});
  await sleep(longest, context.signal);
  await end(context.rig.node('a'));
  dead.abort();
  return calls;
}

/** Sends one operation, and polls the tenant until Active or until `dead` if it is watched. */
export async function sendLaid(
  context: ScenarioContext,
  flow: Flow,
  one: Laid,
  dead?: AbortSignal,
): Promise<Struck> {
  const { change, tenant } = one;
  tenant.ask(change.place);
  const exchange = await sendOnce(context, flow, tenant, change.request(context, tenant));
  const isWatched = one.watched && change.scheduled && exchange.outcome.type === 'ok';
  return { ...one, exchange, seenActive: isWatched && (await isSeenActive(one, dead)) };
}

/** Polls without pause, for the kill is near. */
async function isSeenActive({ tenant }: Laid, dead: AbortSignal | undefined): Promise<boolean> {
  while (!dead?.aborted) {
    if ((await tenant.driver.look(tenant.id, 'a')) === 'Active') return true;
    await sleep(2);
  }
  return false;
}

/**
 * After the restart: each tenant is as its caller was told, or where nobody was told anything, as before or as after. Then the
 * operation is repeated until it is done, the tenant read once more, and detached.
 */
export async function judgeStruck(
  context: ScenarioContext,
  flow: Flow,
  struck: readonly Struck[],
): Promise<void> {
  await everyOf(struck, async (one) => {
    context.faultedFlow();
    if (!(await judgeOne(context, one))) return;
    const { change, tenant } = one;
    await change.finish(context, flow, tenant);
    const found = await readTenant(context, tenant);
    const wanted = change.after(context, tenant);
    context.check(
      'durability.restart',
      `${change.name} repeated after the restart is whole`,
      isHolding(found, wanted),
      {
        message: `after a kill and a repeated ${change.name} tenant ${tenant.id} is ${describeFound(found)}`,
        expected: describeHolding(wanted),
        actual: describeFound(found),
        tenant: tenant.id,
        node: 'a',
      },
    );
    await leave(context, flow, tenant, change);
  });
}

/** Compares a tenant with what its caller was told. */
async function judgeOne(context: ScenarioContext, one: Struck): Promise<boolean> {
  const { change, tenant, exchange } = one;
  const found = await readTenant(context, tenant);
  const [before, after] = [change.before(context, tenant), change.after(context, tenant)];
  const isAnswered = exchange.outcome.type === 'ok';
  const isBinding =
    isAnswered && (!change.scheduled || one.seenActive || context.profile === 'hardened');
  const wanted = isBinding
    ? [after]
    : exchange.outcome.type === 'fail'
      ? [before]
      : [before, after];
  const told = isAnswered ? `answered ${exchange.outcome.status}` : 'unanswered';
  const watched = one.seenActive ? ', seen Active' : '';
  return context.check(
    requirementOf(context, one, isBinding),
    `${change.name} ${told}${watched}: the restart brings the tenant back as it was told`,
    wanted.some((holding) => isHolding(found, holding)),
    {
      message: `${change.name} of tenant ${tenant.id} was ${told}${watched} before its node ended; after the restart it is ${describeFound(found)}`,
      expected: wanted.map(describeHolding).join(' or '),
      actual: describeFound(found),
      tenant: tenant.id,
      node: 'a',
    },
  );
}

function requirementOf(
  { profile }: ScenarioContext,
  { change, seenActive }: Struck,
  isBinding: boolean,
): string {
  if (seenActive && change.scheduled) return 'ownership.must-own';
  if (isBinding && profile === 'hardened') return 'durability.every-success';
  return isBinding ? change.promises : 'durability.accepted-may-be-lost';
}

/**
 * Ends the tenant's stay: what is done with is not kept in memory for the rest of the run. A tenant with a call that nobody can
 * account for stays: its bytes may never have left the proxy.
 */
async function leave(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  change: Change,
): Promise<void> {
  if (change.name === 'detach') return;
  if (change.name === 'ignore') {
    expectEnd(context, tenant, await tenant.load('a'), 'load');
    await tenant.expectWhole('a', 'ignore.keeps-files');
  }
  if (flow.ownership.unresolved(tenant.id, 'a').length > 0) return;
  expectEnd(context, tenant, await tenant.detach('a'), 'detach');
}

/** So many tenants are read at once: each absent one costs a list, and lists that overlap are hard to put in order. */
const AT_ONCE = 6;

/** Runs all, a few at a time; every one has ended before the first failure is thrown. */
export async function everyOf<T, R>(
  list: readonly T[],
  run: (one: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < list.length; index = next++) {
      try {
        results[index] = await run(list[index]!, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
