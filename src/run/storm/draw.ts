// Draws schedules. Swarm testing: each round leaves out, by chance, most operations, most faults, a node or some tenants,
// because what is always there hides what shows only alone (Groce et al., Swarm Testing, 2012).

import type { Random } from '../../core/random.ts';
import { type FaultValue, faultValues } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';
import type {
  Aim,
  ProcessFault,
  SharedFault,
  Step,
  StepKind,
  StormFault,
  StormSchedule,
  TenantFault,
} from './schedule.ts';

/** What a storm scenario draws from. */
export interface StormMenu {
  readonly steps: readonly StepKind[];
  /** Places of faults. */
  readonly places: readonly StormFault['at'][];
}

/** What target and provider allow. */
export interface StormGround {
  readonly nodes: readonly NodeId[];
  /** Capabilities of the fault lane. */
  readonly capabilities: ReadonlySet<string>;
  readonly canRestart: boolean;
  readonly canPause: boolean;
}

const TENANTS_MIN = 2;
const TENANTS_MAX = 5;
const STEPS_MAX = 3;
const BRANCHES_MAX = 2;

/** They strike nothing before a connection ends, which a storm's connections do not. */
const OUT_OF_PLACE: ReadonlySet<string> = new Set(['slow-close', 'half-open', 'store-watch']);

/** A fault lasts so long from its first hit, ms: a few attempts of any client fall into it. */
const LASTS_MS = [0, 15, 40, 90, 180];

const AIMS: Readonly<Record<StepKind, readonly Aim[]>> = {
  move: ['detach', 'attach', 'status'],
  bounce: ['detach', 'attach', 'status'],
  'ignore-load': ['ignore', 'load'],
  ignore: ['ignore', 'load'],
  timeline: ['timeline'],
  'timeline-delete': ['timeline'],
  config: ['config'],
  look: ['status'],
};

/** One schedule. The same random gives the same schedule. */
export function drawSchedule(random: Random, menu: StormMenu, ground: StormGround): StormSchedule {
  const values = someOf(random, tenantValues(menu, ground), 6);
  const kinds = someOf(random, menu.steps, 1 + random.below(menu.steps.length));
  const tenants = Array.from({ length: between(random, TENANTS_MIN, TENANTS_MAX) }, () => ({
    on: random.pick(ground.nodes),
    branches: random.below(BRANCHES_MAX + 1),
  }));
  const steps: Step[] = [];
  const faults: StormFault[] = [];
  for (const tenant of tenants.keys()) {
    for (let count = between(random, 1, STEPS_MAX); count > 0; count -= 1) {
      const step = { id: steps.length, tenant, do: random.pick(kinds) };
      steps.push(step);
      if (values.length > 0 && random.next() < 0.75) {
        faults.push(drawTenantFault(random, step, values));
      }
    }
  }
  faults.push(...drawWide(random, menu, ground));
  return { version: 1, tenants, steps, faults };
}

function tenantValues(menu: StormMenu, ground: StormGround): readonly FaultValue[] {
  return faultValues(ground.capabilities).filter(({ kind, where }) => {
    if (OUT_OF_PLACE.has(kind)) return false;
    const place = where === 'client-node' ? 'client-node' : 'node-store';
    // On the node's way to the store a proxy's fault is everybody's.
    return menu.places.includes(place) && (where === 'client-node' || kind.startsWith('store-'));
  });
}

function drawTenantFault(random: Random, step: Step, values: readonly FaultValue[]): TenantFault {
  const { kind, where, parameters } = random.pick(values);
  const atStore = where === 'node-store';
  return {
    at: where,
    during: step.id,
    kind,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(atStore ? {} : { aim: random.pick(AIMS[step.do]) }),
    ...(atStore && random.next() < 0.4 ? { nth: between(random, 2, 5) } : {}),
    forMs: random.pick(LASTS_MS),
    ...(atStore && random.next() < 0.3 ? { stays: true as const } : {}),
  };
}

/** What strikes a whole node: at most two a round, so that tenants are at peace in between. */
function drawWide(random: Random, menu: StormMenu, ground: StormGround): StormFault[] {
  const faults: (SharedFault | ProcessFault)[] = [];
  const links = faultValues(ground.capabilities).filter(
    ({ kind, where }) =>
      where === 'node-store' && !kind.startsWith('store-') && !OUT_OF_PLACE.has(kind),
  );
  if (menu.places.includes('store-link') && links.length > 0 && random.next() < 0.5) {
    const { kind, parameters } = random.pick(links);
    faults.push({
      at: 'store-link',
      kind,
      node: random.pick(ground.nodes),
      parameters,
      afterMs: random.below(200),
      forMs: between(random, 20, 200),
    });
  }
  const ends: ProcessFault['kind'][] = [
    ...(ground.canRestart ? (['kill', 'terminate'] as const) : []),
    ...(ground.canPause ? (['pause'] as const) : []),
  ];
  if (menu.places.includes('process') && ends.length > 0) {
    for (let count = random.below(3); count > 0; count -= 1) {
      faults.push({
        at: 'process',
        kind: random.pick(ends),
        node: random.pick(ground.nodes),
        afterMs: random.below(300),
        ...(random.next() < 0.5 ? { afterRequests: between(random, 1, 30) } : {}),
        forMs: random.pick([0, 30, 100, 250]),
      });
    }
  }
  return faults;
}

/** At most `count` members, in their order. */
function someOf<T>(random: Random, list: readonly T[], count: number): readonly T[] {
  const left = [...list.keys()];
  while (left.length > count) left.splice(random.below(left.length), 1);
  return left.map((index) => list[index]!);
}

function between(random: Random, from: number, to: number): number {
  return from + random.below(to - from + 1);
}
