// Attach, detach, ignore and load tell their own failure with a 500 and a message.

import { scenario } from '#suite';
import { causesErrors } from './shared/errors.ts';
import { givenStoredTenant, givenTenant } from './shared/given.ts';

export default scenario({
  id: 'contract/errors-residence',
  title:
    'attach, detach, ignore and load answer 500 with a message when they fail for any other reason',
  decides: ['attach.500', 'detach.500', 'ignore.500', 'load.500'],
  async run(context) {
    const unknown = { tenant: context.tenant('unknown') };
    await causesErrors(context, [
      {
        operation: 'attach',
        prepare: async (api, name) => {
          const { tenant } = await givenStoredTenant(context, api, name);
          await api.call('detach', { tenant, expect: { kind: 'success', name: 'detaches' } });
          return { tenant };
        },
      },
      {
        operation: 'detach',
        prepare: async (api, name) => ({ tenant: await givenTenant(context, api, name) }),
      },
      {
        operation: 'ignore',
        unknown,
        prepare: async (api, name) => ({ tenant: await givenTenant(context, api, name) }),
      },
      {
        operation: 'load',
        unknown,
        prepare: async (api, name) => {
          const tenant = await givenTenant(context, api, name);
          await api.call('ignore', { tenant, expect: { kind: 'success', name: 'ignores' } });
          return { tenant };
        },
      },
    ]);
  },
});
