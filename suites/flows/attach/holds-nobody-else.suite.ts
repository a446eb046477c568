// While the store keeps back an attach and a detach, whatever is asked of other tenants of that node is answered in time: list, status,
// detach, attach, ignore, load. A slow machine is no failure: only what ends when the store gives way, twice, was held by it.

import {
  type Flow,
  type FlowTenant,
  holdOf,
  openFlow,
  type ScenarioContext,
  scenario,
  waitedFor,
} from '#suite';
import { keepIndexReads, keepLists, keepWrites } from '../shared/kept-back.ts';
import { attached, detached, ignored, loaded } from '../shared/steps.ts';

export default scenario({
  id: 'flows/attach/holds-nobody-else',
  title: 'an attach and a detach that wait for the store hold no other tenant',
  decides: ['liveness.isolation', 'P2', 'P7', 'P8', 'machine'],
  needs: ['tap', 'layout'],
  async run(context) {
    const flow = await openFlow(context);
    const first = await round(context, flow, 1);
    const second = first === undefined ? undefined : await round(context, flow, 2);
    context.check('liveness.isolation', 'nobody else waits', second === undefined, {
      message: `${second} of another tenant waited until the store gave way`,
      expected: `an answer within ${context.limits.api} ms`,
      actual: `none before the store answered for the tenants that it had kept back`,
      node: 'a',
    });
  },
});

/** What was held, if anything. */
async function round(
  context: ScenarioContext,
  flow: Flow,
  number: number,
): Promise<string | undefined> {
  const names = ['asked', 'coming', 'going', 'other'].map((name) => `${name} ${number}`);
  const [asked, coming, going, other] = await Promise.all(
    names.map((name) => flow.tenant(name, { branches: 1 })),
  );
  await Promise.all([detached(context, asked!, 'a'), detached(context, coming!, 'a')]);
  const index = await keepIndexReads(flow, coming!, 'a');
  const attaching = coming!.attach('a');
  await index.hit(context.signal);
  const writes = await keepWrites(flow, going!, 'a');
  const detaching = going!.detach('a');
  const lists = await keepLists(flow, asked!, 'a');
  const asking = asked!.attach('a');
  await lists.hit(context.signal);
  let held: string | undefined;
  for (const [what, run] of await neighbourSteps(context, other!)) {
    held ??= (await waitedFor(context, holdOf([lists, index, writes]), run)) ? what : undefined;
  }
  await flow.healed(lists, 'liveness.isolation', 'an attach that asks');
  await flow.healed(index, 'liveness.isolation', 'an attach');
  await flow.healed(writes, 'liveness.isolation', 'a detach');
  await Promise.all([asking, attaching, detaching]);
  await Promise.all([asked!, coming!, going!, other!].map((tenant) => tenant.settle()));
  await coming!.expectWhole('a');
  await Promise.all([asked!, coming!, other!].map((tenant) => detached(context, tenant, 'a')));
  return held;
}

type Step = readonly [what: string, run: () => Promise<unknown>];

async function neighbourSteps(
  context: ScenarioContext,
  other: FlowTenant,
): Promise<readonly Step[]> {
  const api = await context.api({ node: 'a' });
  return [
    ['the list', () => api.call('tenant_list')],
    ['the status', () => api.call('tenant_status', { tenant: other.id })],
    ["the node's status", () => api.call('status')],
    ['a detach', () => detached(context, other, 'a')],
    ['an attach', () => attached(context, other, 'a')],
    ['an ignore', () => ignored(context, other, 'a')],
    ['a load', () => loaded(context, other, 'a')],
  ];
}
