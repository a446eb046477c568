// What of a tenant is in the store: told by the ids in a key and the name of an index, whatever else the layout is (judging
// section 4), or by the server's own word where its layout is unknown.

import { sleep } from '../../core/clock.ts';
import { UndecidedError, UnsupportedError } from '../../core/exit.ts';
import { isIndexKey, ownersOf } from '../../store/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import { bodyJson } from '../scenario/exchange-request.ts';
import type { FlowDriver } from './flow.ts';

/** Timelines of a tenant on a node. */
export interface StoredPlace {
  readonly tenant: string;
  readonly node: string;
  readonly timelines: readonly string[];
}

/** Keys of the tenant's objects; of one timeline's where that is named. */
export async function objectsOf(
  context: ScenarioContext,
  tenant: string,
  timeline?: string,
): Promise<string[]> {
  const { objects, prefix } = context.rig.store;
  const keys = await objects.list(`${prefix}/`);
  return keys.filter((key) => {
    const owners = ownersOf(key, `${prefix}/`);
    return owners.tenant === tenant && (timeline === undefined || owners.timeline === timeline);
  });
}

/** Keys of the tenant's indexes; of one timeline's where that is named. */
export async function indexesOf(
  context: ScenarioContext,
  tenant: string,
  timeline?: string,
): Promise<string[]> {
  return (await objectsOf(context, tenant, timeline)).filter(isIndexKey);
}

/**
 * Waits until each timeline's index is in the store; a target that is not tapped gets no wait. Throws UndecidedError when three times
 * the limit of an attach has passed, UnsupportedError (`layout`) where nothing tells when a timeline is stored.
 */
export async function untilStored(
  context: ScenarioContext,
  driver: FlowDriver,
  place: StoredPlace,
): Promise<void> {
  if (!context.rig.supports('tap')) return;
  if (!context.rig.supports('layout')) return untilShownStored(context, driver, place);
  const { tenant, timelines } = place;
  const { store } = context.rig;
  const end = performance.now() + 3 * context.limits.attach;
  const stored = new Set<string | undefined>();
  // Heard of from now on, listed once: a rig's whole store is too much to be listed again and again.
  const stop = store.onEvent((event) => {
    if (event.type !== 'committed' || event.tenant !== tenant || event.op === 'delete') return;
    if (isIndexKey(event.key)) stored.add(event.timeline);
  });
  try {
    for (const key of await indexesOf(context, tenant)) {
      stored.add(ownersOf(key, `${store.prefix}/`).timeline);
    }
    for (const timeline of timelines) {
      while (!stored.has(timeline)) {
        if (performance.now() > end) {
          throw new UndecidedError(`the index of timeline ${timeline} did not reach the store`);
        }
        await sleep(5, context.signal);
      }
    }
  } finally {
    stop();
  }
}

/** What the server itself says: a `remote_consistent_lsn` that is not zero. */
async function untilShownStored(
  context: ScenarioContext,
  driver: FlowDriver,
  { tenant, node, timelines }: StoredPlace,
): Promise<void> {
  const { client } = driver.options.lanes[node]!;
  const isShown = async (timeline: string): Promise<true | undefined> => {
    const exchange = await client.send({
      operation: 'timeline_detail',
      method: 'GET',
      path: `/v1/tenant/${tenant}/timeline/${timeline}`,
      ...{ tenant, timeline, timeoutMs: context.limits.api, signal: context.signal },
    });
    const detail = bodyJson(exchange) as { remote_consistent_lsn?: unknown } | null | undefined;
    const lsn = detail?.remote_consistent_lsn;
    return (typeof lsn === 'string' && /[1-9a-f]/i.test(lsn)) || undefined;
  };
  for (const timeline of timelines) {
    if (await context.eventually(() => isShown(timeline), context.limits.attach)) continue;
    throw new UnsupportedError(
      'layout',
      'neither an index in the store nor a remote_consistent_lsn tells when a timeline is stored',
    );
  }
}

/**
 * Resolves with true at the next commit of an index of this tenant by anybody (of any of its objects where indexes are not known),
 * with false where none comes within `ms`.
 */
export function nextIndexCommit(
  context: ScenarioContext,
  tenant: string,
  ms: number,
): Promise<boolean> {
  const isLayoutKnown = context.rig.supports('layout');
  return new Promise((resolve) => {
    const stop = context.rig.store.onEvent((event) => {
      if (event.type !== 'committed' || event.tenant !== tenant) return;
      if (event.index || !isLayoutKnown) finish(true);
    });
    const timer = setTimeout(() => finish(false), ms);
    function finish(seen: boolean): void {
      clearTimeout(timer);
      stop();
      resolve(seen);
    }
  });
}
