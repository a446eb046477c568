// What a refused request was to bring in is not there.

import type { Api, ScenarioContext } from '#suite';

/** Looks for the tenants of refused requests, by what was asked: one that went on in the background shows only now. */
export async function mustStillBeAway(
  context: ScenarioContext,
  api: Api,
  tenants: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [what, tenant] of Object.entries(tenants)) {
    const shown = await api.call('tenant_status', { tenant });
    const { status } = shown.response ?? {};
    context.check(
      'auth.refusal-changes-nothing',
      `a refused ${what} does nothing`,
      status !== 200,
      {
        message: `the tenant of a refused ${what} is there`,
        actual: status,
        tenant,
      },
    );
  }
}
