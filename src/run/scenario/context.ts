// What a scenario gets: ids of its own, judged clients, the rig, and the ledger to write its words into.

import { createHash } from 'node:crypto';
import type { Catalogue } from '../../catalogue/index.ts';
import type { Exchange } from '../../client/index.ts';
import { sleep } from '../../core/clock.ts';
import { HarnessError } from '../../core/exit.ts';
import type { Finding } from '../../core/finding.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { Profile } from '../../core/verdict.ts';
import type { FaultLane } from '../../fault/index.ts';
import type { HistoryLimits, NodeId, TenantState } from '../../history/index.ts';
import { readTenantState, type TargetDefinition, type TokenMint } from '../../target/index.ts';
import type { Rig, RigNode } from '../rig/index.ts';
import { type Api, type ApiHost, type ApiOptions, createApi } from './api.ts';
import { type Cause, createCause } from './cause.ts';
import type { Capability, ScenarioDefinition } from './definition.ts';
import { EVICTION_REASON, mayEvict } from './eviction.ts';
import { bodyJson, judgedExchange } from './exchange-request.ts';
import { createFaults, type ScenarioFaults } from './faults.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRaw, type RawConnection, type RawOptions } from './raw.ts';
import type { ScenarioResult } from './result.ts';
import { createRules, type Rules } from './weigh.ts';
import type { Workplace } from './workplace.ts';

/** A scenario's surroundings. */
export interface ScenarioContext extends Ledger, Rules, ScenarioFaults {
  readonly id: string;
  readonly profile: Profile;
  /** Aborted at the scenario's deadline and when the run is interrupted. */
  readonly signal: AbortSignal;
  /** Random choices of this scenario, repeated by the run's seed. */
  readonly random: Random;
  readonly catalogue: Catalogue;
  readonly target: TargetDefinition;
  readonly limits: HistoryLimits;
  readonly rig: Rig;
  /** The fault lane. Throws HarnessError in a contract scenario, which has none. */
  readonly lane: FaultLane;
  /** True in the nightly run: scenarios take their long forms. */
  readonly nightly: boolean;
  /** A storm scenario's part of `--budget`, milliseconds. */
  readonly budgetMs: number;
  /** A storm schedule to replay instead of drawing ones. */
  readonly schedule: string | undefined;
  /** Keeps the schedule that failed, for `replay`. */
  keepSchedule(schedule: string): void;
  /** Whether the target or its provider has a capability. */
  supports(capability: Capability): Promise<boolean>;
  /** Mints tokens; undefined on a target that takes none. */
  readonly tokens: TokenMint | undefined;
  /** A tenant id of this scenario: the same name gives the same id. 32 lower-case hexadecimal digits. */
  tenant(name?: string): string;
  /** A timeline id of this scenario. */
  timeline(name?: string): string;
  /** The node, started if it was down. Throws TargetError when it can't be. */
  node(id?: NodeId): Promise<RigNode>;
  /** A client with a connection of its own to a running node; every answer is judged and recorded. */
  api(options?: ApiOptions): Promise<Api>;
  /** A connection past every HTTP library, for framing and malformed HTTP; recorded. */
  raw(options?: RawOptions): Promise<RawConnection>;
  /** Causes an obligation (operation × status); see `Cause`. */
  readonly cause: Cause;
  /** The state that the answer of a tenant status shows, in the target's dialect; undefined where it is no success. */
  tenantState(exchange: Exchange): TenantState | undefined;
  /** Asks again until `probe` gives something else than undefined, at most for `limitMs`; then undefined. */
  eventually<T>(probe: () => Promise<T | undefined>, limitMs: number): Promise<T | undefined>;
  /** Body of a timeline-create with what this target needs merged in. */
  timelineBody(body?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** A number for one more logical client of the rig. */
  nextProcess(): number;
  /** What the contract judge says of an answer by itself; counts it as judged. */
  judgeAnswer(exchange: Exchange): readonly Finding[];
  /** Runs when the scenario ends, last added first. */
  defer(end: () => Promise<void> | void): void;
  /** Why the target is lost; undefined while it is there. */
  targetLoss(): string | undefined;
  /** Ids that `tenant` has given so far. */
  usedTenants(): readonly string[];
  /**
   * False, and `requirement` is unsupported, where a round of eviction would be of others' tenants too. Every client refuses to send
   * one then (UnsupportedError); ask where the rest of a scenario does without.
   */
  mayEvict(requirement: string, node?: NodeId): Promise<boolean>;
  /** Ids of tenants that came about without one of ours: generated ones. */
  strayTenants(): readonly string[];
  /** Tenants of others may be on the node, and come and go: only this scenario's own are to be compared. */
  readonly isShared: boolean;
  /** Ends what the scenario opened. Called by the runner. */
  close(): Promise<void>;
}

/** Why the signal of a scenario that has come to its own end is aborted. */
export const ENDED = new Error('the scenario has ended');

/** A deadline or an interruption came before the scenario's own end: what its calls bring from now on says nothing. */
const isCutShort = (signal: AbortSignal): boolean => signal.aborted && signal.reason !== ENDED;

/** Makes the context of one run of one scenario. */
export function createContext(
  definition: ScenarioDefinition,
  workplace: Workplace,
  result: ScenarioResult,
  signal: AbortSignal,
): ScenarioContext {
  const { rig, target } = workplace;
  const ledger = createLedger(result, () => isCutShort(signal));
  const ends: (() => Promise<void> | void)[] = [];
  const facts = factsOf(definition, workplace, result);
  const node = async (nodeId: NodeId = 'a'): Promise<RigNode> => {
    const found = rig.node(nodeId);
    await found.ensureUp();
    return found;
  };
  const host = async (nodeId?: NodeId): Promise<ApiHost> => {
    const made: ApiHost = {
      workplace,
      ledger,
      signal,
      node: await node(nodeId),
      scenario: definition.id,
      onCreated: facts.noteCreated,
      mayEvict: () => mayEvict(made, facts.ownTenants()),
    };
    return made;
  };
  return {
    ...ledger,
    ...createRules(ledger, workplace.catalogue),
    ...createFaults(() => laneOf(workplace, definition), workplace.job.acting?.[definition.id]),
    ...facts,
    signal,
    get lane() {
      return laneOf(workplace, definition);
    },
    node,
    async api(options = {}) {
      const api = createApi(await host(options.node), options);
      ends.push(() => api.close());
      return api;
    },
    async raw(options = {}) {
      const raw = createRaw(await host(options.node));
      ends.push(() => raw.close());
      return raw;
    },
    cause: createCause(ledger, workplace.catalogue),
    tenantState(exchange) {
      if (exchange.response?.status !== 200) return undefined;
      return readTenantState(target.state, bodyJson(exchange));
    },
    eventually: (probe, limitMs) => eventually(probe, limitMs, signal),
    judgeAnswer(exchange) {
      ledger.exchange();
      const operation = workplace.catalogue.operation(exchange.operation);
      return workplace.judge.judge(judgedExchange(operation, exchange));
    },
    defer: (end) => void ends.push(end),
    async mayEvict(requirement, nodeId) {
      const isOurs = await mayEvict(await host(nodeId), facts.ownTenants());
      if (!isOurs) ledger.unsupported(requirement, EVICTION_REASON);
      return isOurs;
    },
    targetLoss: () => rig.nodes.find((candidate) => candidate.loss)?.loss?.message,
    async close() {
      for (const end of ends.reverse()) await end();
    },
  };
}

function laneOf({ lane }: Workplace, { id }: ScenarioDefinition): FaultLane {
  if (lane) return lane.faults;
  throw new HarnessError(`${id} is a contract scenario and has no fault lane`);
}

/** What a scenario knows of its run, before anything has happened. */
function factsOf(
  definition: ScenarioDefinition,
  { job, rig, target, catalogue, nextProcess, supports }: Workplace,
  result: ScenarioResult,
) {
  const id = (kind: string, name: string): string =>
    createHash('sha256')
      .update([job.seed, job.attempt, definition.id, kind, name].join('\n'))
      .digest('hex')
      .slice(0, 32);
  const used = new Set<string>();
  const created = new Set<string>();
  return {
    id: definition.id,
    profile: job.profile,
    random: createRandom(`${job.seed}/${definition.id}`),
    catalogue,
    target,
    limits: target.limits,
    rig,
    tokens: rig.tokens,
    nightly: job.nightly,
    isShared: job.isShared,
    budgetMs: job.budgetMs,
    schedule: job.schedule,
    keepSchedule: (schedule: string): void => {
      result.schedule = schedule;
    },
    tenant(name = 'one') {
      const tenant = id('tenant', name);
      used.add(tenant);
      return tenant;
    },
    usedTenants: () => [...used],
    strayTenants: () => [...created].filter((tenant) => !used.has(tenant)),
    ownTenants: () => [...used, ...created],
    noteCreated: (tenant: string): void => void created.add(tenant),
    timeline: (name = 'main') => id('timeline', name),
    timelineBody: (body: Readonly<Record<string, unknown>> = {}) => ({
      ...target.timelineCreate,
      ...body,
    }),
    nextProcess,
    supports,
  };
}

/** Pauses between two askings grow from short to long, so that neither a fast nor a slow target is disturbed. */
const PAUSES_MS = [1, 2, 5, 10, 20, 50];

async function eventually<T>(
  probe: () => Promise<T | undefined>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (let asked = 0; ; asked += 1) {
    const found = await probe();
    if (found !== undefined || performance.now() >= end) return found;
    await sleep(PAUSES_MS[Math.min(asked, PAUSES_MS.length - 1)]!, signal);
  }
}
