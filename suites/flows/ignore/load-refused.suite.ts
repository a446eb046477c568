// A load of what is in memory, of what a detach removed and of what nobody knows is an error and changes nothing, however often;
// then the good path works.

import { type Api, openFlow, scenario } from '#suite';
import { attached, detached, ignored, loaded } from '../shared/steps.ts';

/** Of each kind, in one life of the process (judging section 5: twenty in all). */
const TIMES = 7;

export default scenario({
  id: 'flows/ignore/load-refused',
  title: 'a load of what is present, detached or unknown is refused and leaves things as they are',
  decides: [
    'load.refuses-present',
    'load.refuses-absent',
    'liveness.wear',
    'P2',
    'P7',
    'P8',
    'machine',
  ],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('refused', { branches: 1 });
    const api = await context.api({ node: 'a' });
    await refuses(api, tenant.id, 'a tenant that is Active', 'load.refuses-present');
    await tenant.settle();
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
    await refuses(api, tenant.id, 'a tenant whose files are gone', 'load.refuses-absent');
    await refuses(api, context.tenant('nobody'), 'an id that nobody knows', 'load.refuses-absent');
    await tenant.settle();
    for (const id of [tenant.id, context.tenant('nobody')]) {
      // Some servers say no in a way that leaves open whether they did it.
      await api.call('detach', { tenant: id });
    }
    await attached(context, tenant, 'a', 'liveness.wear');
    await ignored(context, tenant, 'a', 'liveness.wear');
    await loaded(context, tenant, 'a', 'liveness.wear');
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
  },
});

async function refuses(
  api: Api,
  tenant: string,
  cause: string,
  requirement: string,
): Promise<void> {
  for (let time = 1; time <= TIMES; time += 1) {
    await api.call('load', {
      tenant,
      expect: { kind: 'undocumented', cause, name: `${cause}, ${time}`, requirement },
    });
  }
}
