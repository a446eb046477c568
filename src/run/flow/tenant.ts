// A tenant of a flow: created with data, its indexes seen at the tap before it is moved (judging section 9).

import type { DriverOutcome, Exchange, MoveOutcome } from '../../client/index.ts';
import type { NodeId } from '../../history/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { bodyJson } from '../scenario/exchange-request.ts';
import type { Flow, FlowDriver } from './flow.ts';
import { expectOutcome } from './outcome.ts';
import { nextIndexCommit, untilStored } from './stored.ts';

/** What a tenant is made with. */
export interface TenantOptions {
  /** Node that it is created on; default `a`. */
  readonly on?: NodeId;
  /** Branches of the root timeline, beside it; default 0. */
  readonly branches?: number;
  /** False: no timeline, and so nothing in the store. */
  readonly data?: boolean;
  /** False: no call is made yet and no place is asked for; the tenant is only named, with its driver. */
  readonly created?: false;
  /** A negative control's: declared in the history before its first call, left out of P2–P8. */
  readonly control?: true;
  /** Config overrides. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The driver that owns it; default: one of its own. */
  readonly driver?: FlowDriver;
}

/** A tenant with its own driver. */
export interface FlowTenant {
  readonly id: string;
  readonly driver: FlowDriver;
  /** Root first, then its branches. */
  readonly timelines: readonly string[];
  /**
   * Says in the history where the tenant is to be from now on: on `node`, or nowhere (null). To be said before the calls that
   * bring it there; P7 judges by it. The steps below say it by themselves.
   */
  ask(node: NodeId | null): void;
  /** `ask` and the driver's step of that name. Outcomes are data: see `expectOutcome`. */
  attach(node: NodeId): Promise<DriverOutcome>;
  detach(node: NodeId, options?: { readonly ignored?: boolean }): Promise<DriverOutcome>;
  ignore(node: NodeId): Promise<DriverOutcome>;
  load(node: NodeId): Promise<DriverOutcome>;
  move(from: NodeId, to: NodeId): Promise<MoveOutcome>;
  /** Looks until the tenant is where it was asked to be: Active there (a check of `requirement`, default P7), and once at every other node that is up. */
  settle(requirement?: string): Promise<void>;
  /** Every timeline (or each of `wanted`) is shown on the node: a check of `requirement` (default P8). */
  expectWhole(node: NodeId, requirement?: string, wanted?: readonly string[]): Promise<void>;
  /** Waits for the next commit of an index of this tenant by anybody; false where none comes within `ms`. */
  nextIndexCommit(ms?: number): Promise<boolean>;
}

/** States that end in Active by themselves. */
const ON_ITS_WAY: ReadonlySet<string> = new Set(['Loading', 'Attaching', 'Activating']);

/** Makes the function that makes tenants. */
export function createTenants(
  context: ScenarioContext,
  flow: Pick<Flow, 'driver'>,
): Flow['tenant'] {
  return async (name, options = {}) => {
    const node = options.on ?? 'a';
    const driver = options.driver ?? (await flow.driver());
    const id = context.tenant(name);
    if (options.control) driver.declareControl(id);
    if (options.created === false) return flowTenant(context, { id, driver, timelines: [] });
    const made = await driver.createTenant(id, node, options.config);
    expectOutcome(context, made, ['active'], {
      requirement: 'tenant.create',
      what: 'create',
      id,
      node,
    });
    const timelines: string[] = [];
    if (options.data !== false) {
      const root = context.timeline(name);
      await addTimeline(context, driver, { tenant: id, node, id: root });
      timelines.push(root);
      for (let index = 0; index < (options.branches ?? 0); index += 1) {
        const branch = context.timeline(`${name}/${index}`);
        await addTimeline(context, driver, { tenant: id, node, id: branch, ancestor: root });
        timelines.push(branch);
      }
      await untilStored(context, driver, { tenant: id, node, timelines });
    }
    const tenant = flowTenant(context, { id, driver, timelines });
    if (!options.control) tenant.ask(node);
    return tenant;
  };
}

interface TimelinePlan {
  readonly tenant: string;
  readonly node: NodeId;
  readonly id: string;
  readonly ancestor?: string;
}

async function addTimeline(
  context: ScenarioContext,
  driver: FlowDriver,
  { tenant, node, id, ancestor }: TimelinePlan,
): Promise<void> {
  const made = await driver.createTimeline(tenant, node, {
    id,
    ...(ancestor === undefined ? {} : { ancestor }),
    extra: context.target.timelineCreate,
  });
  const where = { requirement: 'timeline.create', what: 'timeline create', id: tenant, node };
  expectOutcome(context, made, ['done'], where);
}

function flowTenant(
  context: ScenarioContext,
  { id, driver, timelines }: Pick<FlowTenant, 'id' | 'driver' | 'timelines'>,
): FlowTenant {
  let asked: NodeId | null | undefined;
  const ask = (node: NodeId | null): void => {
    // What comes after the abort asks for nothing: its calls are never sent.
    if (asked === node || context.signal.aborted) return;
    asked = node;
    const { history } = context.rig;
    history.record({ stream: 'run', type: 'place', tenant: id, node, scenario: context.id });
  };
  const step = async <T>(node: NodeId | null, run: () => Promise<T>): Promise<T> => {
    ask(node);
    return run();
  };
  return {
    id,
    driver,
    timelines,
    ask,
    attach: (node) => step(node, () => driver.attach(id, node)),
    detach: (node, options) => step(null, () => driver.detach(id, node, options)),
    ignore: (node) => step(null, () => driver.ignore(id, node)),
    load: (node) => step(node, () => driver.load(id, node)),
    move: (from, to) => step(to, () => driver.move(id, from, to)),
    async settle(requirement = 'P7') {
      for (const candidate of context.rig.nodes) {
        if (candidate.id === asked) {
          const active = await driver.waitActive(id, candidate.id);
          const where = { requirement, what: 'settle', id, node: candidate.id };
          expectOutcome(context, active, ['active'], where);
        } else if (candidate.state === 'up' || candidate.state === 'remote') {
          await driver.look(id, candidate.id);
        }
      }
    },
    async expectWhole(node, requirement = 'P8', wanted = timelines) {
      const exchange = await listTimelines(context, driver, id, node);
      const shown = bodyJson(exchange);
      const ids = Array.isArray(shown)
        ? shown.map((row) => String((row as { timeline_id?: unknown }).timeline_id).toLowerCase())
        : [];
      context.check(
        requirement,
        'all timelines are shown',
        wanted.every((one) => ids.includes(one)),
        {
          message: `timelines of tenant ${id} are missing on node ${node}`,
          expected: wanted,
          actual: Array.isArray(shown) ? ids : `status ${exchange.response?.status}`,
          tenant: id,
          node,
        },
      );
    },
    nextIndexCommit: (ms = context.limits.quiet) => nextIndexCommit(context, id, ms),
  };
}

/** What is still on its way to Active may refuse to list: an error says nothing of what is there, and is asked again. */
async function listTimelines(
  context: ScenarioContext,
  driver: FlowDriver,
  id: string,
  node: NodeId,
): Promise<Exchange> {
  const list = () =>
    driver.options.lanes[node]!.client.send({
      operation: 'timeline_list',
      method: 'GET',
      path: `/v1/tenant/${id}/timeline`,
      tenant: id,
      timeoutMs: context.limits.api * 3,
      signal: context.signal,
    });
  const first = await list();
  if (first.response?.status === 200) return first;
  if (!ON_ITS_WAY.has(await driver.look(id, node))) return first;
  await driver.waitActive(id, node);
  return list();
}
