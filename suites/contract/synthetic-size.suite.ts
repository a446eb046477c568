// The synthetic size names the tenant, its segments and its inputs, one for each timeline at least.

import { scenario } from '#suite';
import { givenTenant, givenTimeline } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyObject, isSameId, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/synthetic-size',
  title: 'the synthetic size names the tenant asked for, its segments and its inputs',
  decides: [
    'synthetic_size.200',
    'synthetic_size.401',
    'synthetic_size.403',
    'tenant.synthetic-size',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const tenant = await givenTenant(context, api);
    await context.cause('synthetic_size.200', () => api.call('synthetic_size', { tenant }));
    const root = await givenTimeline(context, api, tenant);
    const branch = await givenTimeline(context, api, tenant, 'branch', {
      ancestor_timeline_id: root,
    });
    const shown = await api.call('synthetic_size', {
      tenant,
      expect: { kind: 'success', name: 'with a root and a branch' },
    });
    const { id, inputs } = bodyObject(shown) as {
      id?: unknown;
      inputs?: { timeline_inputs?: readonly Readonly<Record<string, unknown>>[] };
    };
    mustShow(context, 'tenant.synthetic-size', 'of the tenant asked for', {
      exchange: shown,
      expected: tenant,
      actual: isSameId(id, tenant) ? tenant : id,
    });
    const named = (inputs?.timeline_inputs ?? []).map((input) =>
      String(input.timeline_id).toLowerCase(),
    );
    mustShow(context, 'tenant.synthetic-size', 'inputs name timelines of the tenant only', {
      exchange: shown,
      expected: [],
      actual: named.filter((one) => one !== root && one !== branch),
    });
    const other = await givenTenant(context, api, 'other');
    for (const [name, asked] of [
      ['the first', tenant],
      ['the second', other],
    ] as const) {
      const of = await api.call('synthetic_size', { tenant: asked });
      const { id: told } = bodyObject(of);
      mustShow(context, 'tenant.synthetic-size', `of ${name} of two tenants`, {
        exchange: of,
        expected: asked,
        actual: isSameId(told, asked) ? asked : told,
      });
    }
    await refusesMalformedIds(context, api, 'synthetic_size', { tenant });
    await refusesStrangers(context, api, 'synthetic_size', { tenant });
  },
});
