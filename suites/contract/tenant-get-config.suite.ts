// The config of a tenant tells its overrides apart from what is in effect; a tenant that is not there is 404.

import { scenario } from '#suite';
import { givenTenant } from './shared/given.ts';
import { refusesMalformedIds } from './shared/malformed.ts';
import { bodyObject, mustShow } from './shared/seen.ts';
import { refusesStrangers } from './shared/strangers.ts';

export default scenario({
  id: 'contract/tenant-get-config',
  title:
    'the config shows overrides and the effective values, and 404 for a tenant that is not there',
  decides: [
    'tenant_get_config.200',
    'tenant_get_config.400',
    'tenant_get_config.401',
    'tenant_get_config.403',
    'tenant_get_config.404',
    'config.overrides-and-effective',
    'ids.malformed',
  ],
  async run(context) {
    const api = await context.api();
    const plain = await givenTenant(context, api, 'plain');
    const tuned = await givenTenant(context, api, 'tuned', { gc_horizon: 42_424_242 });
    const shown = await context.cause('tenant_get_config.200', () =>
      api.call('tenant_get_config', { tenant: plain }),
    );
    if (!shown) return;
    const { effective_config: effective } = bodyObject(shown) as {
      effective_config?: Record<string, unknown>;
    };
    const own = bodyObject(shown).tenant_specific_overrides as Record<string, unknown> | undefined;
    mustShow(context, 'config.overrides-and-effective', 'nothing was overridden', {
      exchange: shown,
      expected: 'none',
      actual: own?.gc_horizon ?? 'none',
    });
    const changed = await api.call('tenant_get_config', { tenant: tuned });
    const { effective_config: tunedEffective } = bodyObject(changed) as {
      effective_config?: Record<string, unknown>;
    };
    mustShow(context, 'config.overrides-and-effective', 'the override alone differs in effect', {
      exchange: changed,
      expected: { ...effective, gc_horizon: 42_424_242 },
      // Whose config it is may stand there too.
      actual: { ...effective, ...tunedEffective, tenant_id: effective?.tenant_id },
    });
    await context.cause('tenant_get_config.404', () =>
      api.call('tenant_get_config', { tenant: context.tenant('unknown') }),
    );
    await refusesMalformedIds(context, api, 'tenant_get_config', { tenant: plain });
    await refusesStrangers(context, api, 'tenant_get_config', { tenant: plain });
  },
});
