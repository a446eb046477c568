// An ignored tenant: a plain detach does not take it, `detach_ignored=true` does, and has no effect on others.

import { type Api, openFlow, scenario } from '#suite';
import { attached, detached, ignored, loaded, moved } from '../shared/steps.ts';

export default scenario({
  id: 'flows/detach/ignored',
  title:
    'an ignored tenant is detached only with detach_ignored=true; then it can be attached anywhere',
  decides: [
    'detach.ignored-on-request',
    'detach.reattach',
    'load.refuses-absent',
    'P2',
    'P3',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['two-nodes'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('ignored', { branches: 1 });
    const api = await context.api({ node: 'a' });
    await ignored(context, tenant, 'a');
    await refusesDetach(api, tenant.id, 'false', 'without the parameter');
    await loaded(context, tenant, 'a', 'detach.ignored-on-request');
    await tenant.expectWhole('a');
    await ignored(context, tenant, 'a');
    const taken = await tenant.detach('a', { ignored: true });
    const status = taken.last?.response?.status;
    context.check('detach.ignored-on-request', 'with the parameter it is 200', status === 200, {
      message: 'an ignored tenant was not detached with detach_ignored=true',
      expected: 200,
      actual: status,
      tenant: tenant.id,
      node: 'a',
    });
    await api.call('load', {
      tenant: tenant.id,
      expect: {
        kind: 'undocumented',
        cause: 'a tenant whose files a detach has removed',
        name: 'a load finds nothing',
        requirement: 'load.refuses-absent',
      },
    });
    await refusesDetach(api, tenant.id, 'true', 'of what is gone');
    await attached(context, tenant, 'b', 'detach.reattach');
    await tenant.expectWhole('b');
    await moved(context, tenant, 'b', 'a');
    await detachesPresent(api, tenant.id);
    tenant.ask(null);
    await tenant.settle();
    await attached(context, tenant, 'a');
    await detached(context, tenant, 'a');
  },
});

async function refusesDetach(api: Api, tenant: string, flag: string, how: string): Promise<void> {
  await api.call('detach', {
    tenant,
    ...(flag === 'true' ? { query: { detach_ignored: flag } } : {}),
    expect: {
      kind: 'refusal',
      statuses: [404],
      cause: `a tenant that is not in memory, ${how}`,
      name: `detach ${how}`,
      requirement: 'detach.ignored-on-request',
    },
  });
}

/** The parameter has no other effect. */
async function detachesPresent(api: Api, tenant: string): Promise<void> {
  await api.call('detach', {
    tenant,
    query: { detach_ignored: 'true' },
    expect: {
      kind: 'success',
      status: 200,
      name: 'an Active tenant is detached too',
      requirement: 'detach.ignored-on-request',
    },
  });
}
