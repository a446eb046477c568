// An ignore meets a write that the store keeps back: its 200 comes after the write or the write never comes, and a load goes on
// from what was written.

import { openFlow, scenario, sleep } from '#suite';
import { keepWrites } from '../shared/kept-back.ts';
import { detached, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/ignore/while-writing',
  title: 'an ignore waits for the write that the store keeps back, and a load goes on from it',
  decides: [
    'ignore.stops-every-writer',
    'ignore.removes-memory',
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('leaving', { branches: 1 });
    const writes = await keepWrites(flow, tenant, 'a');
    const ignoring = tenant.ignore('a');
    const early = await Promise.race([ignoring, sleep(120, context.signal)]);
    const isEarly = early?.last?.response?.status === 200 && writes.held.length > 0;
    await flow.healed(writes, 'ignore.stops-every-writer', 'the ignore');
    await ignoring;
    context.check('ignore.stops-every-writer', 'no 200 over a write under way', !isEarly, {
      level: 'warn',
      message: 'an ignore was answered 200 while a write of the tenant was at the store',
      expected: '200 when nothing is under way',
      actual: 200,
      tenant: tenant.id,
      node: 'a',
    });
    await tenant.settle();
    context.check('ignore.removes-memory', 'it is gone', true);
    await loaded(context, tenant, 'a');
    await tenant.expectWhole('a');
    await detached(context, tenant, 'a');
  },
});
