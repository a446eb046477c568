// Whether a tenant's data goes on in the store: by itself, or by a branch where the target never writes by itself (judging section 5).

import type { DriverOutcome } from '../../client/index.ts';
import type { NodeId } from '../../history/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { expectOutcome } from './outcome.ts';
import { untilStored } from './stored.ts';
import type { FlowTenant } from './tenant.ts';

/** Rewrites without a request that make a habit, and one more for the one that was under way. */
const HABIT_COMMITS = 4;

/** True when indexes of the tenant are rewritten so often though nobody asks, each within `limits.quiet`; default: a habit. */
export async function writesByItself(
  context: ScenarioContext,
  tenant: FlowTenant,
  commits = HABIT_COMMITS,
): Promise<boolean> {
  for (let rewrite = 0; rewrite < commits; rewrite += 1) {
    if (!(await tenant.nextIndexCommit(context.limits.quiet))) return false;
  }
  return true;
}

/** A branch that is being created. */
export interface Branching {
  readonly id: string;
  readonly node: NodeId;
  readonly ended: Promise<DriverOutcome>;
}

/** Asks for a branch, for the writes that come with it; sent again until it is there. `name` is its own within the tenant. */
export function startBranch(
  context: ScenarioContext,
  tenant: FlowTenant,
  node: NodeId,
  name: string,
): Branching {
  const id = context.timeline(`${tenant.id}/${name}`);
  const plan = { id, ancestor: tenant.timelines[0]!, extra: context.target.timelineCreate };
  const ended = tenant.driver.createTimeline(tenant.id, node, plan);
  // Whoever waits for it hears of a failure; it must not end the worker when nobody waits yet.
  ended.catch(() => undefined);
  return { id, node, ended };
}

/** The branch is created and comes to the store: a check of `requirement`. Throws as `expectOutcome` and `untilStored`. */
export async function mustBeStored(
  context: ScenarioContext,
  tenant: FlowTenant,
  { id, node, ended }: Branching,
  requirement: string,
): Promise<void> {
  const step = { requirement, what: 'a branch, of a tenant that does not write by itself', node };
  expectOutcome(context, await ended, ['done'], { ...step, id: tenant.id });
  await untilStored(context, tenant.driver, { tenant: tenant.id, node, timelines: [id] });
}
