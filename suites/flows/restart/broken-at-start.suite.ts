// A node starts and finds the index of one of its tenants spoiled: the others are there, and the spoiled one is taken away by a detach and
// comes back whole once its object is as it was.

import { indexesOf, openFlow, scenario, UndecidedError } from '#suite';
import { attached, detached } from '../shared/steps.ts';

export default scenario({
  id: 'flows/restart/broken-at-start',
  title: 'a tenant that a start finds spoiled harms no other, and is repaired',
  decides: ['durability.restart', 'attach.broken-is-repairable', 'P2', 'P7', 'P8', 'machine'],
  needs: ['restart', 'tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const [spoiled, sound] = await Promise.all([flow.tenant('spoiled'), flow.tenant('sound')]);
    const { objects } = context.rig.store;
    const node = context.rig.node('a');
    await node.terminate();
    const [key] = await indexesOf(context, spoiled.id);
    if (key === undefined) throw new UndecidedError('the tenant has no index in the store');
    const whole = (await objects.get(key))!;
    context.rig.history.record({
      stream: 'run',
      type: 'spoil',
      tenant: spoiled.id,
      what: 'index: cut in the middle',
      scenario: context.id,
    });
    const version = await objects.put(key, whole.subarray(0, Math.floor(whole.length / 2)));
    await node.start();
    await sound.settle('durability.restart');
    await sound.expectWhole('a', 'durability.restart');
    const end = await spoiled.driver.waitActive(spoiled.id, 'a');
    await detached(context, spoiled, 'a', 'attach.broken-is-repairable');
    // A server that had it all on its own disk may have written it anew.
    if ((await objects.version(key)) === version) await objects.put(key, whole);
    context.check('attach.broken-is-repairable', 'an end', end.kind !== 'stuck', {
      message: 'a tenant whose index a start could not read came to no end',
      expected: 'Broken, Active or absent',
      actual: end.kind,
      tenant: spoiled.id,
      node: 'a',
    });
    await attached(context, spoiled, 'a', 'attach.broken-is-repairable');
    await spoiled.expectWhole('a', 'attach.broken-is-repairable');
    await Promise.all([detached(context, spoiled, 'a'), detached(context, sound, 'a')]);
  },
});
