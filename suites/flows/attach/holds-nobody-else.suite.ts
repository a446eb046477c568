// While the store keeps back an attach and a detach, whatever is asked of other tenants of that node is answered in time: status, list,
// attach, detach, ignore, load, create.

import { openFlow, type ScenarioContext, scenario } from '#suite';
import { keepIndexReads, keepWrites } from '../shared/kept-back.ts';
import { attached, detached, ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/holds-nobody-else',
  title: 'an attach and a detach that wait for the store hold no other tenant',
  decides: ['liveness.isolation', 'P2', 'P7', 'P8', 'machine'],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const [coming, going, other] = await Promise.all(
      ['coming', 'going', 'other'].map((name) => flow.tenant(name, { branches: 1 })),
    );
    await detached(context, coming!, 'a');
    const index = await keepIndexReads(flow, coming!, 'a');
    const attaching = coming!.attach('a');
    await index.hit(context.signal);
    const writes = await keepWrites(context, flow, going!, 'a');
    const detaching = going!.detach('a');
    await inTime(context, 'detach', () => detached(context, other!, 'a'));
    await inTime(context, 'attach', () => attached(context, other!, 'a'));
    await inTime(context, 'ignore', () => ignored(context, other!, 'a'));
    await inTime(context, 'load', () => loaded(context, other!, 'a'));
    await inTime(context, 'reads', async () => {
      await other!.settle();
      await other!.expectWhole('a');
    });
    const api = await context.api({ node: 'a' });
    await inTime(context, 'list', async () => void (await api.call('tenant_list')));
    await inTime(context, 'status', async () => void (await api.call('status')));
    await flow.healed(index, 'liveness.isolation', 'an attach');
    await flow.healed(writes, 'liveness.isolation', 'a detach');
    await Promise.all([attaching, detaching]);
    await Promise.all([coming!, going!, other!].map((tenant) => tenant.settle()));
    await coming!.expectWhole('a');
    await Promise.all([detached(context, coming!, 'a'), detached(context, other!, 'a')]);
  },
});

async function inTime(
  context: ScenarioContext,
  what: string,
  run: () => Promise<void>,
): Promise<void> {
  const started = performance.now();
  await run();
  const took = performance.now() - started;
  // One step is several calls; the sweep judges each of them by itself.
  const limit = 3 * context.limits.api;
  context.check('liveness.isolation', `${what} of another tenant`, took < limit, {
    message: `${what} of another tenant waited while the store held one back`,
    expected: `within ${limit} ms`,
    actual: `${Math.round(took)} ms`,
    node: 'a',
  });
}
