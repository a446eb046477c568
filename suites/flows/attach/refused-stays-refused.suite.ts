// An attach that was refused (nobody knows the tenant, no token, a token for another tenant, an id that is none) has no effect, not
// later either: the node is watched while the tenant is made, lives and is attached on the other one.

import { type Api, openFlow, type ScenarioContext, scenario } from '#suite';
import { attached, detached, moved } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/refused-stays-refused',
  title: 'a refused attach is never carried out later, while the tenant lives on the other node',
  decides: [
    'attach.distinguished-refusal',
    'auth.refusal-changes-nothing',
    'P2',
    'P3',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const api = await context.api({ node: 'b' });
    const early = context.tenant('later');
    const unknown = await api.call('attach', { tenant: early });
    if (unknown.response?.status !== 404) await api.call('detach', { tenant: early });
    const tenant = await flow.tenant('later', { branches: 1 });
    await staysAway(context, api, tenant.id, 'alive elsewhere');
    await detached(context, tenant, 'a');
    // Only now: while it lives elsewhere nobody right would ask.
    await refuse(context, api, tenant.id);
    await staysAway(context, api, tenant.id, 'nowhere');
    await attached(context, tenant, 'a');
    // Writes of the tenant pass while the node that was refused could write too.
    for (let write = 0; write < 3; write += 1) await tenant.nextIndexCommit(300);
    await staysAway(context, api, tenant.id, 'attached elsewhere');
    await moved(context, tenant, 'a', 'b');
    await tenant.settle();
    await detached(context, tenant, 'b');
  },
});

async function refuse(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const cases = [['an id that is none', `${tenant.slice(1)}x`, undefined, 400] as const];
  const { tokens } = context;
  const withTokens = tokens && [
    ...cases,
    ['no token', tenant, null, 401] as const,
    [
      'a token for another tenant',
      tenant,
      tokens.mint({ scope: 'tenant', tenant_id: context.tenant('stranger') }),
      403,
    ] as const,
  ];
  for (const [cause, id, token, status] of withTokens ?? cases) {
    await api.call('attach', {
      tenant: id,
      ...(token === undefined ? {} : { token }),
      expect: {
        kind: 'refusal',
        statuses: [status],
        cause,
        name: cause,
        requirement: 'attach.distinguished-refusal',
      },
    });
  }
}

async function staysAway(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  when: string,
): Promise<void> {
  const shown = await api.call('tenant_status', { tenant });
  const isAway = shown.response?.status !== 200;
  context.check('auth.refusal-changes-nothing', `not on the node, ${when}`, isAway, {
    message: `an attach that was refused has brought tenant ${tenant} to node b (${when})`,
    expected: 'absent',
    actual: context.tenantState(shown) ?? shown.response?.status,
    tenant,
    node: 'b',
  });
}
