// An attach ends Broken twenty times because an index is spoiled, and is detached each time; with whole data the next one is
// Active: neither memory nor disk nor a slot is used up.

import { expectOutcome, indexesOf, openFlow, scenario, UndecidedError } from '#suite';
import { detachFrom } from '../shared/operations.ts';

const TIMES = 20;

export default scenario({
  id: 'faults/wear/broken-attaches',
  title: 'twenty attaches of spoiled data, then one of whole data',
  decides: ['P2', 'P7', 'machine', 'liveness.wear', 'attach.broken-is-repairable'],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'attach.broken-is-repairable';
    const tenant = await flow.tenant('spoiled');
    const { id } = tenant;
    await detachFrom(context, tenant, 'a');
    const { objects } = context.rig.store;
    const [key] = await indexesOf(context, id);
    if (key === undefined)
      throw new UndecidedError('the tenant has no index that could be spoiled');
    const whole = (await objects.get(key))!;
    const what = 'its index';
    context.rig.history.record({
      ...{ stream: 'run', type: 'spoil', tenant: id, what, scenario: context.id },
    });
    await objects.put(key, 'spoiled');
    for (let time = 1; time <= TIMES; time += 1) {
      const step = { requirement, what: `attach of spoiled data, time ${time}`, id, node: 'a' };
      const outcome = await tenant.attach('a');
      expectOutcome(context, outcome, ['broken', 'refused'], step);
      if (outcome.kind === 'refused') continue;
      const left = await tenant.detach('a');
      expectOutcome(context, left, ['done'], { ...step, what: 'detach of a Broken tenant' });
    }
    await objects.put(key, whole);
    const repaired = await tenant.attach('a');
    expectOutcome(context, repaired, ['active'], {
      ...{ requirement, what: 'attach of whole data', id, node: 'a' },
    });
    await tenant.settle();
    await tenant.expectWhole('a');
    context.check('liveness.wear', 'an attach works after twenty that failed', true);
    await detachFrom(context, tenant, 'a');
  },
});
