// An object that an index names is gone from the store: the attach is refused, ends Broken, or is Active and still shows every timeline,
// as by a server that gets layers when they are needed. With the object back, a detach is 200 and an attach ends Active, whole.

import { expectOutcome, indexesOf, objectsOf, openFlow, scenario, UndecidedError } from '#suite';
import { attached, detached } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/missing-layer',
  title:
    'an attach whose index names an object that is gone comes to an end, and is repaired with it',
  decides: [
    'attach.reaches-active-or-broken',
    'attach.broken-is-repairable',
    'attach.data-intact',
    'P2',
    'P7',
    'machine',
  ],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('holed', { branches: 1 });
    await detached(context, tenant, 'a');
    const { objects } = context.rig.store;
    const indexes = await indexesOf(context, tenant.id);
    // A timeline's: an object of the tenant itself may be named by nobody.
    const ofTimelines = await Promise.all(
      tenant.timelines.map((timeline) => objectsOf(context, tenant.id, timeline)),
    );
    const key = ofTimelines.flat().find((one) => !indexes.includes(one));
    if (key === undefined) throw new UndecidedError('the tenant has no object but its indexes');
    const whole = (await objects.get(key))!;
    const what = 'an object that an index names is gone';
    const { history } = context.rig;
    history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what, scenario: context.id });
    await objects.delete(key);
    const end = await tenant.attach('a');
    const step = { requirement: 'attach.reaches-active-or-broken', id: tenant.id, node: 'a' };
    const ends = ['active', 'broken', 'refused', 'absent'] as const;
    expectOutcome(context, end, ends, { ...step, what: 'attach without a layer' });
    if (end.kind === 'active') await tenant.expectWhole('a', 'attach.data-intact');
    if ((await objects.version(key)) === undefined) await objects.put(key, whole);
    await detached(context, tenant, 'a', 'attach.broken-is-repairable');
    await attached(context, tenant, 'a', 'attach.broken-is-repairable');
    await tenant.expectWhole('a', 'attach.data-intact');
    await tenant.settle();
    await detached(context, tenant, 'a');
  },
});
