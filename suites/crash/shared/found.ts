// What a restart brought back of a tenant, read over a connection of its own, and whether that is right.

import {
  type Api,
  bodyJson,
  type DriverOutcome,
  type FlowTenant,
  type ScenarioContext,
} from '#suite';
import type { Holding } from './changes.ts';

/** A tenant as it was found. */
export interface Found {
  readonly kind: DriverOutcome['kind'];
  /** Of an Active tenant: ids in no order. */
  readonly timelines: readonly string[];
  /** Of an Active tenant: its own `gc_period`. */
  readonly override: string | undefined;
}

/** Waits until the tenant is Active, Broken or absent on the node, then reads what it holds; every answer is judged. */
export async function readTenant(
  context: ScenarioContext,
  tenant: FlowTenant,
  node = 'a',
): Promise<Found> {
  const seen = await tenant.driver.waitActive(tenant.id, node);
  if (seen.kind !== 'active') return { kind: seen.kind, timelines: [], override: undefined };
  const api = await context.api({ node });
  try {
    return { kind: 'active', ...(await readActive(api, tenant.id)) };
  } finally {
    await api.close();
  }
}

async function readActive(api: Api, tenant: string): Promise<Omit<Found, 'kind'>> {
  const list = bodyJson(await api.call('timeline_list', { tenant }));
  const timelines = Array.isArray(list) ? list.map((row) => String(row.timeline_id)) : [];
  for (const timeline of timelines) await api.call('timeline_detail', { tenant, timeline });
  const config = bodyJson(await api.call('tenant_get_config', { tenant })) as Config | undefined;
  const override = config?.tenant_specific_overrides?.gc_period;
  return { timelines: timelines.map((id) => id.toLowerCase()), override };
}

interface Config {
  readonly tenant_specific_overrides?: { readonly gc_period?: string };
}

/** Whether what was found is this holding, neither more nor less. */
export function isHolding(found: Found, wanted: Holding): boolean {
  if (!wanted.present) return found.kind === 'absent';
  if (found.kind !== 'active') return false;
  const ids = new Set(found.timelines);
  const { timelines = [], override } = wanted;
  if (ids.size !== timelines.length || !timelines.every((id) => ids.has(id))) return false;
  return override === undefined || override === found.override;
}

/** For a finding: what was found, in a few words. */
export function describeFound(found: Found): string {
  if (found.kind !== 'active') return found.kind;
  return `active with ${describeContent(found.timelines, found.override)}`;
}

/** For a finding: what was wanted, in a few words. */
export function describeHolding({ present, timelines = [], override }: Holding): string {
  return present ? `active with ${describeContent(timelines, override)}` : 'absent';
}

function describeContent(timelines: readonly string[], override: string | undefined): string {
  const names = timelines.map((id) => id.slice(0, 8)).join(', ') || 'no timeline';
  return override === undefined ? names : `${names}, gc_period ${override}`;
}
