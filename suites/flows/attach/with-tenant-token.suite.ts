// A token for one tenant: whether it may attach is the server's to say, 202 or 403. Refused means that nothing happened; accepted means an
// attach like any other, and of that tenant only.

import { openFlow, scenario } from '#suite';
import { attached, detached } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/with-tenant-token',
  title:
    'an attach with a token of that very tenant is either refused or carried out, never in between',
  decides: ['attach.distinguished-refusal', 'auth.other-tenant', 'P2', 'P7', 'P8', 'machine'],
  needs: ['auth'],
  async run(context) {
    const flow = await openFlow(context);
    const [tenant, other] = await Promise.all([flow.tenant('own'), flow.tenant('other')]);
    await Promise.all([detached(context, tenant, 'a'), detached(context, other, 'a')]);
    const token = context.tokens!.mint({ scope: 'tenant', tenant_id: tenant.id });
    const api = await context.api({ node: 'a' });
    await api.call('attach', {
      tenant: other.id,
      token,
      expect: {
        kind: 'refusal',
        statuses: [403],
        cause: 'a token for another tenant',
        name: 'the other tenant',
        requirement: 'auth.other-tenant',
      },
    });
    const own = await api.call('attach', {
      tenant: tenant.id,
      token,
      expect: {
        kind: 'one-of',
        statuses: [202, 403],
        cause: 'a token for this tenant',
        name: 'its own tenant',
        requirement: 'attach.distinguished-refusal',
      },
    });
    if (own.response?.status === 202) {
      tenant.ask('a');
      await tenant.settle();
    } else {
      const shown = await tenant.driver.look(tenant.id, 'a');
      context.check('attach.distinguished-refusal', 'refused: absent', shown === 'absent', {
        message: 'an attach that was refused with 403 brought the tenant',
        expected: 'absent',
        actual: shown,
        tenant: tenant.id,
        node: 'a',
      });
      await attached(context, tenant, 'a');
    }
    await tenant.expectWhole('a');
    await other.settle();
    await detached(context, tenant, 'a');
    await attached(context, other, 'a');
    await detached(context, other, 'a');
  },
});
