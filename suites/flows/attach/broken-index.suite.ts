// An index that can't be read: the attach is refused or ends Broken, never Active without the timeline. With the object as it was, a
// detach is 200 and an attach ends Active, with everything.

import {
  expectOutcome,
  type Flow,
  type FlowTenant,
  indexesOf,
  openFlow,
  type ScenarioContext,
  scenario,
  UndecidedError,
} from '#suite';
import { attached, detached } from '../shared/steps.ts';

/** What the index is replaced by, made of what it was. */
const SPOILS: Readonly<Record<string, (whole: string) => string>> = {
  'no JSON': () => 'this is no index',
  'cut in the middle': (whole) => whole.slice(0, Math.floor(whole.length / 2)),
  empty: () => '',
  'a list': () => '[]',
};

export default scenario({
  id: 'flows/attach/broken-index',
  title:
    'an attach that finds a spoiled index ends Broken or refused, and is repaired with the object',
  decides: [
    'attach.reaches-active-or-broken',
    'attach.broken-is-repairable',
    'attach.data-intact',
    'node.health',
    'P2',
    'P7',
    'machine',
  ],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const spoils = Object.entries(SPOILS);
    await Promise.all(spoils.map(([name, spoil]) => survives(context, flow, name, spoil)));
  },
});

async function survives(
  context: ScenarioContext,
  flow: Flow,
  name: string,
  spoil: (whole: string) => string,
): Promise<void> {
  const tenant = await flow.tenant(name, { branches: 1 });
  await detached(context, tenant, 'a');
  const { objects } = context.rig.store;
  const key = await indexKey(context, tenant);
  const whole = (await objects.get(key))!.toString();
  const { history } = context.rig;
  const what = `index: ${name}`;
  history.record({ stream: 'run', type: 'spoil', tenant: tenant.id, what, scenario: context.id });
  await objects.put(key, spoil(whole));
  await endsBroken(context, tenant, name);
  const api = await context.api({ node: 'a' });
  await api.call('status', {
    expect: { kind: 'success', status: 200, name: `beside ${name}`, requirement: 'node.health' },
  });
  await objects.put(key, whole);
  const left = await tenant.detach('a');
  const step = { requirement: 'attach.broken-is-repairable', id: tenant.id, node: 'a' };
  expectOutcome(context, left, ['done'], { ...step, what: `detach after ${name}` });
  await attached(context, tenant, 'a', 'attach.broken-is-repairable');
  await tenant.expectWhole('a', 'attach.broken-is-repairable');
  await tenant.settle();
  await detached(context, tenant, 'a');
}

async function endsBroken(
  context: ScenarioContext,
  tenant: FlowTenant,
  name: string,
): Promise<void> {
  const end = await tenant.attach('a');
  const step = { requirement: 'attach.reaches-active-or-broken', id: tenant.id, node: 'a' };
  expectOutcome(context, end, ['broken', 'refused', 'active', 'absent'], {
    ...step,
    what: `attach to ${name}`,
  });
  context.check('attach.data-intact', `${name}: not Active`, end.kind !== 'active', {
    message: `tenant ${tenant.id} became Active with an index that can't be read (${name})`,
    expected: 'refused or Broken',
    actual: 'Active',
    tenant: tenant.id,
    node: 'a',
  });
}

async function indexKey(context: ScenarioContext, tenant: FlowTenant): Promise<string> {
  const branch = tenant.timelines.at(-1)!;
  const [key] = await indexesOf(context, tenant.id, branch);
  if (key === undefined) throw new UndecidedError(`timeline ${branch} has no index in the store`);
  return key;
}
