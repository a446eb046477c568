// Polling `has_in_progress_downloads` says nothing: the flag and the state are read side by side while an attach waits, stops and ends.
// The document itself warns of the flag, so no value of it breaks anything; what is wrong is a flag that is no boolean.

import {
  type Api,
  bodyJson,
  expectOutcome,
  openFlow,
  type ScenarioContext,
  scenario,
} from '#suite';
import { keepIndexReads, untilShown } from '../shared/kept-back.ts';
import { detached, ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/downloads-flag',
  title:
    'the downloads flag beside the state: the state tells when an attach has ended, the flag does not',
  decides: [
    'attach.downloads-flag-proves-nothing',
    'attach.reaches-active-or-broken',
    'detach.removes-memory',
    'P2',
    'P7',
    'P8',
  ],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('flagged', { branches: 1 });
    await detached(context, tenant, 'a');
    const api = await context.api({ node: 'a' });
    const index = await keepIndexReads(flow, tenant, 'a');
    const attaching = tenant.attach('a');
    await index.hit(context.signal);
    await untilShown(context, api, tenant);
    await flagIsBoolean(context, api, tenant.id, 'while the store keeps the index back');
    await flow.healed(index, 'attach.reaches-active-or-broken', 'the attach');
    const step = { requirement: 'attach.reaches-active-or-broken', id: tenant.id, node: 'a' };
    expectOutcome(context, await attaching, ['active'], { ...step, what: 'the attach' });
    await tenant.settle();
    await flagIsBoolean(context, api, tenant.id, 'when it is Active');
    await tenant.expectWhole('a');
    await ignored(context, tenant, 'a');
    await loaded(context, tenant, 'a');
    await flagIsBoolean(context, api, tenant.id, 'after a load');
    const end = tenant.detach('a');
    await flagIsBoolean(context, api, tenant.id, 'while it is detached');
    const last = { ...step, requirement: 'detach.removes-memory', what: 'the detach' };
    expectOutcome(context, await end, ['done'], last);
    await tenant.settle();
  },
});

async function flagIsBoolean(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  when: string,
): Promise<void> {
  const exchange = await api.call('tenant_status', { tenant });
  if (exchange.response?.status !== 200) return;
  const { has_in_progress_downloads: flag } = bodyJson(exchange) as Record<string, unknown>;
  // The member is not required.
  const isRight = flag === undefined || typeof flag === 'boolean';
  context.check('attach.downloads-flag-proves-nothing', `a boolean ${when}`, isRight, {
    message: `has_in_progress_downloads is no boolean ${when}`,
    expected: 'true, false or nothing',
    actual: flag,
    tenant,
    node: 'a',
  });
}
