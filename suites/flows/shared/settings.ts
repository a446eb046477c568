// Config overrides that a tenant is created with, and how they are found again: by value.

import { type Api, bodyJson, curlRequest, type FlowTenant, type ScenarioContext } from '#suite';

/** None is a default of a known server. Numbers only, so that no spelling is in the way. */
export const SETTINGS: Readonly<Record<string, number>> = {
  gc_horizon: 123_456_789,
  checkpoint_distance: 987_654_321,
};

/** Checks that the config shows each override that the tenant was created with. */
export async function mustShowSettings(
  context: ScenarioContext,
  api: Api,
  tenant: FlowTenant,
  when: string,
  settings: Readonly<Record<string, number>> = SETTINGS,
): Promise<void> {
  const exchange = await api.call('tenant_get_config', { tenant: tenant.id });
  const body = bodyJson(exchange) as { readonly tenant_specific_overrides?: unknown } | undefined;
  const shown = (body?.tenant_specific_overrides ?? {}) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(settings)) {
    const isSame = String(shown[name]) === String(value);
    context.check('config.survives-restart', `${when}: ${name}`, isSame, {
      message: `the override ${name} of tenant ${tenant.id} is not what was set (${when})`,
      expected: value,
      actual: shown[name] ?? 'nothing',
      tenant: tenant.id,
      node: api.node.id,
      request: curlRequest(exchange),
    });
  }
}
