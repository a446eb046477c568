// Whether a tenant writes by itself, and whether it goes on (judging section 5): a target that never writes by itself is not measured.

import { type FlowTenant, type ScenarioContext, sleep } from '#suite';

/** Commits of one index by itself that make a rhythm. */
const RHYTHM_COMMITS = 3;
/** So long a rhythm is waited for, ms; a slower one is not measured here, but by the sweep of the whole history. */
const RHYTHM_MS = 700;

/** Longest pause between two index commits of the tenant's root, ms; undefined where it has no rhythm. Nothing may be asked meanwhile. */
export async function rhythmOf(
  context: ScenarioContext,
  tenant: FlowTenant,
): Promise<number | undefined> {
  if (!context.rig.supports('tap')) return undefined;
  const times: number[] = [];
  const stop = onRootIndex(context, tenant, () => times.push(performance.now()));
  const end = performance.now() + RHYTHM_MS;
  while (times.length < RHYTHM_COMMITS && performance.now() < end) await sleep(10, context.signal);
  stop();
  if (times.length < RHYTHM_COMMITS) return undefined;
  return Math.max(...times.slice(1).map((time, place) => time - times[place]!));
}

/** Checks that a tenant that had a rhythm writes its root's index again. */
export async function mustWriteOn(
  context: ScenarioContext,
  tenant: FlowTenant,
  rhythmMs: number | undefined,
  check: { readonly requirement: string; readonly name: string },
): Promise<void> {
  if (rhythmMs === undefined) return;
  const limitMs = Math.max(context.limits.quiet, 10 * rhythmMs);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = onRootIndex(context, tenant, () => resolve(true));
  const timer = setTimeout(() => resolve(false), limitMs);
  const isWritten = await promise;
  clearTimeout(timer);
  stop();
  context.check(check.requirement, check.name, isWritten, {
    message: `tenant ${tenant.id} wrote by itself and does so no more (${check.name})`,
    expected: `its index within ${Math.round(limitMs)} ms`,
    actual: 'nothing',
    tenant: tenant.id,
  });
}

function onRootIndex(
  context: ScenarioContext,
  tenant: FlowTenant,
  listener: () => void,
): () => void {
  return context.rig.store.onEvent((event) => {
    if (event.type !== 'committed' || !event.index || event.tenant !== tenant.id) return;
    if (event.timeline === tenant.timelines[0]) listener();
  });
}
