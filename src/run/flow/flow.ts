// What flow scenarios are made of: tenants with data, a correct control plane with links of its own, faults that must
// hit, and the end in which every tenant is where it was asked to be (judging sections 5, 9 and 10).

import {
  createDriver,
  createOwnership,
  type Driver,
  type DriverOptions,
  type Exchange,
  type Lane,
  type Ownership,
  openClient,
  type PageserverClient,
} from '../../client/index.ts';
import { monotonicClock } from '../../core/clock.ts';
import { UnsupportedError } from '../../core/exit.ts';
import type { ClientLink, Fault, FaultHandle } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';
import { readTenantState } from '../../target/index.ts';
import type { Api } from '../scenario/api.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { createMeetsWrite } from './meets-write.ts';
import { createTenants, type FlowTenant, type TenantOptions } from './tenant.ts';

/** A correct control plane of its own: one link and one client for each node. Steps of one driver follow each other. */
export interface FlowDriver extends Driver {
  readonly links: Readonly<Record<NodeId, ClientLink>>;
  readonly options: DriverOptions;
}

/** How a driver is made. */
export interface FlowDriverOptions {
  /** How long a state-changing call waits for its answer, ms; default: the limit of the operation. */
  readonly answerMs?: number;
}

/** Toolbox of one flow scenario. */
export interface Flow {
  readonly nodes: readonly NodeId[];
  /** May-own of all tenants of this scenario, as a client knows it; shared by all its drivers. */
  readonly ownership: Ownership;
  driver(options?: FlowDriverOptions): Promise<FlowDriver>;
  /** A judged client through a link of its own, on which faults can be laid. */
  caller(node: NodeId): Promise<{ readonly api: Api; readonly link: ClientLink }>;
  /** A tenant with a root timeline (and branches), Active on a node, its indexes at the tap. */
  tenant(name: string, options?: TenantOptions): Promise<FlowTenant>;
  /** Puts a fault in force; healed at the scenario's end at the latest. */
  fault(fault: Fault): Promise<FaultHandle>;
  /**
   * Heals the fault and counts the faulted flow if it hit. A fault that hit nothing leaves `requirement` undecided, or
   * `unsupported` where it strikes what not every target does. Returns whether it hit.
   */
  healed(
    fault: FaultHandle,
    requirement: string,
    what: string,
    otherwise?: 'undecided' | 'unsupported',
  ): Promise<boolean>;
  /**
   * Waits until a write of the Active tenant meets the fault, as long as the target may be silent; one that does not
   * write by itself gets a branch to write. Returns whether the fault hit.
   */
  meetsWrite(fault: FaultHandle, tenant: FlowTenant, node?: NodeId): Promise<boolean>;
}

/**
 * Opens the toolbox: all nodes are up, and the driver's evidence flows. Throws UnsupportedError (`state`) where nothing tells when an
 * attach has ended.
 */
export async function openFlow(context: ScenarioContext): Promise<Flow> {
  const { rig } = context;
  if (!rig.supports('state')) {
    throw new UnsupportedError(
      'state',
      'the status of a tenant shows no state, and a right caller must poll it to know when an attach has ended',
    );
  }
  const nodes = rig.nodes.map((node) => node.id);
  await Promise.all(nodes.map((node) => context.node(node)));
  const ownership = createOwnership();
  context.defer(rig.history.listen((event) => ownership.see(event)));
  const flow: Omit<Flow, 'tenant' | 'meetsWrite'> = {
    nodes,
    ownership,
    driver: (options = {}) => makeDriver(context, ownership, options),
    async caller(node) {
      const link = await openLink(context, node);
      const api = await context.api({
        node,
        url: link.url,
        judged: false,
        onRequest: (request) => link.sending(request),
        onExchange: (exchange, elapsedMs) => tellLink(link, exchange, elapsedMs),
      });
      return { link, api };
    },
    async fault(fault) {
      const handle = await context.inject(fault);
      context.defer(() => handle.heal());
      return handle;
    },
    async healed(handle, requirement, what, otherwise = 'undecided') {
      await handle.heal();
      await context.lane.drain();
      if (handle.hits > 0) context.faultedFlow();
      else context[otherwise](requirement, `${handle.kind} hit nothing during ${what}`);
      return handle.hits > 0;
    },
  };
  const meetsWrite = createMeetsWrite(context, flow);
  return { ...flow, meetsWrite, tenant: createTenants(context, flow) };
}

async function openLink(context: ScenarioContext, node: NodeId): Promise<ClientLink> {
  const running = await context.node(node);
  const { hostname, port } = new URL(running.url);
  const link = await context.lane.clientLink(node, { host: hostname, port: Number(port) });
  context.defer(() => link.close());
  return link;
}

async function makeDriver(
  context: ScenarioContext,
  ownership: Ownership,
  { answerMs }: FlowDriverOptions,
): Promise<FlowDriver> {
  const links: Record<NodeId, ClientLink> = {};
  const lanes: Record<NodeId, Lane> = {};
  for (const { id } of context.rig.nodes) {
    const link = await openLink(context, id);
    links[id] = link;
    lanes[id] = openLane(context, id, link);
  }
  const options: DriverOptions = {
    lanes,
    sink: context.rig.history,
    clock: monotonicClock,
    random: context.random.fork(Object.values(links)[0]!.name),
    limits: context.limits,
    ownership,
    isHeld: () => context.lane.active.some((fault) => fault.held.length > 0),
    scenario: context.id,
    signal: context.signal,
    ...(answerMs === undefined ? {} : { answerMs }),
  };
  return { ...createDriver(options), links, options };
}

function openLane(context: ScenarioContext, node: NodeId, link: ClientLink): Lane {
  const running = context.rig.node(node);
  const token = context.tokens?.mint({ scope: 'pageserverapi' });
  const client = openClient({
    url: link.url,
    sink: context.rig.history,
    node,
    boot: () => running.boot,
    proc: context.nextProcess(),
    scenario: context.id,
    readState: (info) => readTenantState(context.target.state, info),
    tokenFor: () => token,
    judge: (exchange) => context.judgeAnswer(exchange),
    onFindings: (findings) => {
      for (const finding of findings) context.finding(finding);
    },
  });
  context.defer(() => client.close());
  return { client: observedBy(link, client), boot: () => running.boot };
}

/** Tells the faults of the link of each call and how it ended: not every Toxiproxy sees requests, and none a refusal. */
function observedBy(link: ClientLink, client: PageserverClient): PageserverClient {
  return {
    ...client,
    async send(options) {
      await link.sending({ method: options.method, path: options.path });
      const started = performance.now();
      const exchange = await client.send(options);
      tellLink(link, exchange, performance.now() - started);
      return exchange;
    },
  };
}

/** Tells the faults in force on a link how a call through it ended. */
function tellLink(link: ClientLink, exchange: Exchange, elapsedMs: number): void {
  const { call, failure, response } = exchange;
  const status = response?.status ?? failure?.status;
  link.observed({
    call,
    elapsedMs,
    ...(status === undefined ? {} : { status }),
    ...(failure === undefined ? {} : { error: failure.error, phase: failure.phase }),
  });
}
