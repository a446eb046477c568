// A storm's schedule: a plain value that says everything that one round does, so that it can be kept, made smaller and
// run again.

import { UsageError } from '../../core/exit.ts';
import type { FaultKind, FaultParameters } from '../../fault/index.ts';
import type { NodeId } from '../../history/index.ts';

/** What a storm does with a tenant. Where it is by then, only the round knows. */
export const STEP_KINDS = [
  'move',
  'bounce',
  'ignore-load',
  'ignore',
  'timeline',
  'timeline-delete',
  'config',
  'look',
] as const;

/**
 * `move` to the other node · `bounce` detach and attach again here · `ignore` leaves the tenant ignored for a while, and the step after
 * it loads it · the others by their names.
 */
export type StepKind = (typeof STEP_KINDS)[number];

/** One step; steps of one tenant follow each other, those of several tenants run side by side. */
export interface Step {
  /** Unique in the schedule: faults name it. */
  readonly id: number;
  /** Index of the tenant. */
  readonly tenant: number;
  readonly do: StepKind;
}

/** Which call of a step a link's fault is aimed at; absent: whatever comes. */
export type Aim = 'attach' | 'detach' | 'ignore' | 'load' | 'timeline' | 'config' | 'status';

/** A fault of one tenant, in force from the beginning of a step: on its own link or on its own store requests. */
export interface TenantFault {
  readonly at: 'client-node' | 'node-store';
  readonly during: number;
  readonly kind: FaultKind;
  readonly parameters?: FaultParameters;
  /** Links only: the call; it says which node's link is struck, for only the round knows where the tenant is. */
  readonly aim?: Aim;
  /** It strikes the n-th request, from 1. */
  readonly nth?: number;
  /** Time from the first hit to its end, ms. */
  readonly forMs: number;
  /** Stays in force beyond its step, until `forMs` or the round is over. */
  readonly stays?: true;
}

/** A fault of a node's whole way to the store: all tenants share it. */
export interface SharedFault {
  readonly at: 'store-link';
  readonly kind: FaultKind;
  readonly node: NodeId;
  readonly parameters?: FaultParameters;
  /** From the beginning of the round, ms. */
  readonly afterMs: number;
  readonly forMs: number;
}

/** A node's process is killed, stopped or paused. */
export interface ProcessFault {
  readonly at: 'process';
  readonly kind: 'kill' | 'terminate' | 'pause';
  readonly node: NodeId;
  readonly afterMs: number;
  /** Store requests of the node that are waited for instead of the time, if they come earlier. */
  readonly afterRequests?: number;
  /** Until it is started or goes on, ms. */
  readonly forMs: number;
}

/** Anything that a round does to the tenants' peace. */
export type StormFault = TenantFault | SharedFault | ProcessFault;

/** One tenant of a round. */
export interface TenantPlan {
  readonly on: NodeId;
  readonly branches: number;
}

/** One round. */
export interface StormSchedule {
  readonly version: 1;
  readonly tenants: readonly TenantPlan[];
  readonly steps: readonly Step[];
  readonly faults: readonly StormFault[];
  /** Silence that is watched after everything was detached, ms: for writes that come late. */
  readonly watchMs?: number;
}

/** The schedule as it is kept in a result. */
export function formatSchedule(schedule: StormSchedule): string {
  return JSON.stringify(schedule);
}

/** Reads a kept schedule. Throws UsageError where the text is none. */
export function parseSchedule(text: string): StormSchedule {
  let value: Partial<StormSchedule> | null;
  try {
    value = JSON.parse(text) as Partial<StormSchedule> | null;
  } catch (cause) {
    throw new UsageError(`The storm schedule is no JSON: ${(cause as Error).message}`, { cause });
  }
  if (value?.version !== 1) throw new UsageError('The storm schedule is not of version 1.');
  for (const member of ['tenants', 'steps', 'faults'] as const) {
    if (!Array.isArray(value[member])) {
      throw new UsageError(`The storm schedule has no list "${member}".`);
    }
  }
  return value as StormSchedule;
}

/** Only these faults; the rest of the schedule stays. */
export function withFaults(schedule: StormSchedule, faults: readonly StormFault[]): StormSchedule {
  return { ...schedule, faults };
}

/** Only these steps; faults of the others go with them, and tenants at the end of the list that have nothing left to do. */
export function withSteps(schedule: StormSchedule, steps: readonly Step[]): StormSchedule {
  const ids = new Set(steps.map((step) => step.id));
  const faults = schedule.faults.filter((fault) => !('during' in fault) || ids.has(fault.during));
  const last = Math.max(0, ...steps.map((step) => step.tenant));
  return { ...schedule, tenants: schedule.tenants.slice(0, last + 1), steps, faults };
}

/** `store-500 on store requests during move of tenant 2`: a fault in words. */
export function faultText(schedule: StormSchedule, fault: StormFault): string {
  if (fault.at === 'process') return `${fault.kind} of node ${fault.node}`;
  if (fault.at === 'store-link') return `${fault.kind} on node ${fault.node}'s link to the store`;
  const step = schedule.steps.find(({ id }) => id === fault.during);
  const where = fault.at === 'client-node' ? `on the way of ${fault.aim}` : 'on store requests';
  return `${fault.kind} ${where} during ${step?.do} of tenant ${step?.tenant}`;
}
