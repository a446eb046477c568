// A detach meets a write that the store keeps back: it waits, the tenant stays in the way of an attach as long as it is shown, and
// a second detach does not say 404 while the node may still write.

import {
  type Api,
  type FaultHandle,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
} from '#suite';
import { keepWrites, shownState } from '../shared/kept-back.ts';
import { attached } from '../shared/steps.ts';

/** So long the second detach is watched while the first one waits, ms. */
const WATCHED_MS = 120;

export default scenario({
  id: 'flows/detach/while-writing',
  title:
    'while a detach waits for a write at the store: 409 to an attach, no 404 to a second detach',
  decides: [
    'detach.while-detaching',
    'detach.stops-every-writer',
    'attach.conflict-while-present',
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'machine',
  ],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('leaving', { branches: 1 });
    const writes = await keepWrites(flow, tenant, 'a');
    const api = await context.api({ node: 'a' });
    const detaching = tenant.detach('a');
    const state = await context.eventually(async () => {
      const shown = await shownState(context, api, tenant);
      return shown === 'Active' ? undefined : { shown };
    }, WATCHED_MS);
    if (state?.shown === 'Stopping') await conflicts(context, api, tenant.id);
    await detachesOnceMore(context, tenant.id, writes);
    await flow.healed(writes, 'detach.stops-every-writer', 'the detach');
    await detaching;
    await tenant.settle();
    context.check('detach.stops-every-writer', 'its 200 came after the write', true);
    await attached(context, tenant, 'a');
    await tenant.expectWhole('a');
    await tenant.detach('a');
  },
});

/** Shown Stopping before and after, it is the old life that is in memory: nobody asked for another detach. */
async function conflicts(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const again = await api.call('attach', { tenant });
  const after = context.tenantState(await api.call('tenant_status', { tenant }));
  if (after !== 'Stopping') return;
  const status = again.response?.status;
  context.check('attach.conflict-while-present', 'attach while it is Stopping', status === 409, {
    message: 'an attach of a tenant that is being detached was not refused with 409',
    expected: 409,
    actual: status ?? 'no answer',
    tenant,
    node: 'a',
  });
}

async function detachesOnceMore(
  context: ScenarioContext,
  tenant: string,
  writes: FaultHandle,
): Promise<void> {
  const other = await context.api({ node: 'a' });
  const second = other.call('detach', {
    tenant,
    expect: {
      kind: 'one-of',
      statuses: context.statuses('detach-meets-detach'),
      cause: 'a tenant that another detach takes away',
      name: 'a second detach',
      requirement: 'detach.while-detaching',
    },
  });
  const early = await Promise.race([second, sleep(WATCHED_MS, context.signal)]);
  const kept = writes.held.length > 0;
  const is404 = early !== undefined && early.response?.status === 404 && kept;
  context.check('detach.while-detaching', 'no 404 while a write is under way', !is404, {
    message: 'a second detach said 404 while the node still had a write at the store',
    expected: 'it waits, or 200 or 500',
    actual: 404,
    tenant,
    node: 'a',
  });
  // Answered when the first one is; the rig's end waits for it.
  context.defer(async () => void (await second.catch(() => undefined)));
}
