// What the status and the list say of a tenant in each part of its life: attaching, Active, Stopping, Broken, ignored, detached. They name
// it or they do not, both alike; what is gone is in neither.

import {
  type Api,
  bodyJson,
  indexesOf,
  openFlow,
  type ScenarioContext,
  scenario,
  UndecidedError,
} from '#suite';
import { keepIndexReads, keepWrites, untilShown } from './shared/kept-back.ts';
import { attached, detached, ignored, loaded } from './shared/steps.ts';

export default scenario({
  id: 'flows/state-in-each-life',
  title: 'status and list agree in every state, from attaching to detached',
  decides: [
    'meaning.operations-agree',
    'detach.removes-memory',
    'ignore.removes-memory',
    'attach.reaches-active-or-broken',
    'P2',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('living', { branches: 1 });
    const api = await context.api({ node: 'a' });
    await agree(context, api, tenant.id, 'meaning.operations-agree', 'Active', ['Active']);
    const writes = await keepWrites(flow, tenant, 'a');
    const detaching = tenant.detach('a');
    await agree(context, api, tenant.id, 'meaning.operations-agree', 'while it leaves');
    await flow.healed(writes, 'meaning.operations-agree', 'a detach');
    await detaching;
    await agree(context, api, tenant.id, 'detach.removes-memory', 'detached', ['absent']);
    const index = await keepIndexReads(flow, tenant, 'a');
    const attaching = tenant.attach('a');
    await index.hit(context.signal);
    await untilShown(context, api, tenant);
    await agree(context, api, tenant.id, 'meaning.operations-agree', 'while it comes');
    await flow.healed(index, 'meaning.operations-agree', 'an attach');
    await attaching;
    await tenant.settle();
    await agree(context, api, tenant.id, 'attach.reaches-active-or-broken', 'attached', ['Active']);
    await ignored(context, tenant, 'a');
    await agree(context, api, tenant.id, 'ignore.removes-memory', 'ignored', ['absent']);
    await loaded(context, tenant, 'a');
    await agree(context, api, tenant.id, 'meaning.operations-agree', 'loaded', ['Active']);
    await detached(context, tenant, 'a');
    await brokenIsShown(context, api, tenant.id);
    await detached(context, tenant, 'a');
    await agree(context, api, tenant.id, 'detach.removes-memory', 'Broken, detached', ['absent']);
    await attached(context, tenant, 'a');
    await detached(context, tenant, 'a');
  },
});

/** Both name it, or neither; where it rests in one state, that is the state. */
async function agree(
  context: ScenarioContext,
  api: Api,
  tenant: string,
  requirement: string,
  when: string,
  wanted?: readonly string[],
): Promise<void> {
  const before = await shown(context, api, tenant);
  const list = bodyJson(await api.call('tenant_list'));
  const after = await shown(context, api, tenant);
  const ids = Array.isArray(list) ? list.map(({ id }) => String(id).toLowerCase()) : [];
  const isListed = ids.includes(tenant);
  // In between it may have gone or come.
  const isSame =
    (before === 'absent') !== (after === 'absent') || isListed === (after !== 'absent');
  const about = { tenant, node: 'a' };
  context.check('meaning.operations-agree', `list and status, ${when}`, isSame, {
    message: `the status shows tenant ${tenant} as ${after}, and the list ${isListed ? 'names' : 'does not name'} it`,
    expected: 'both or neither',
    ...about,
  });
  if (!wanted) return;
  context.check(requirement, when, wanted.includes(after), {
    message: `a tenant that is ${when} is shown as ${after}`,
    expected: wanted.join(' or '),
    actual: after,
    ...about,
  });
}

async function shown(context: ScenarioContext, api: Api, tenant: string): Promise<string> {
  const exchange = await api.call('tenant_status', { tenant });
  return exchange.response?.status === 200
    ? (context.tenantState(exchange) ?? 'Unknown')
    : 'absent';
}

/** A spoiled index, an attach that can't end well, and the object as it was. */
async function brokenIsShown(context: ScenarioContext, api: Api, tenant: string): Promise<void> {
  const { objects } = context.rig.store;
  const [key] = await indexesOf(context, tenant);
  if (key === undefined) throw new UndecidedError('the tenant has no index in the store');
  const whole = (await objects.get(key))!;
  const what = 'index: no JSON';
  context.rig.history.record({ stream: 'run', type: 'spoil', tenant, what, scenario: context.id });
  await objects.put(key, 'this is no index');
  const answer = await api.call('attach', { tenant });
  const isBroken = await context.eventually(async () => {
    const state = await shown(context, api, tenant);
    return state === 'Broken' || state === 'absent' || undefined;
  }, context.limits.attach);
  context.check(
    'attach.reaches-active-or-broken',
    'Broken with a spoiled index',
    isBroken === true,
    {
      message: 'the attach of a tenant whose index can not be read came to no end',
      expected: 'refused or Broken',
      actual: `${answer.response?.status}, then ${await shown(context, api, tenant)}`,
      tenant,
      node: 'a',
    },
  );
  await agree(context, api, tenant, 'attach.reaches-active-or-broken', 'Broken or refused');
  await objects.put(key, whole);
}
