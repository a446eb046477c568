// Of eight equal creates at once exactly one makes something; the others find it made.

import { type Exchange, type ScenarioContext, scenario } from '#suite';
import { givenTenant, givenTimeline } from '../shared/given.ts';
import { listedIds, mustShow } from '../shared/seen.ts';

export default scenario({
  id: 'contract/meaning/at-once',
  title: 'of eight equal creates at once exactly one is 201, and one thing is there afterwards',
  decides: ['tenant.create-unique', 'timeline.create-unique'],
  async run(context) {
    const api = await context.api();
    for (const round of ['first', 'second']) {
      const tenant = context.tenant(round);
      const creates = await together(context, (client) =>
        client.call('tenant_create', { tenant, body: { new_tenant_id: tenant, gc_horizon: 5 } }),
      );
      mustBeOne(context, 'tenant.create-unique', `${round} tenant`, creates);
      const list = await api.call('tenant_list');
      mustShow(context, 'tenant.create-unique', `the ${round} tenant is listed once`, {
        exchange: list,
        expected: [tenant],
        actual: listedIds(list, 'id').filter((id) => id === tenant),
      });
    }
    await timelines(context);
  },
});

async function timelines(context: ScenarioContext): Promise<void> {
  const api = await context.api();
  const tenant = await givenTenant(context, api, 'of timelines');
  const root = await givenTimeline(context, api, tenant);
  const kinds = [
    ['root', {}],
    ['branch', { ancestor_timeline_id: root }],
  ] as const;
  for (const [kind, ancestor] of kinds) {
    const timeline = context.timeline(kind);
    const body = context.timelineBody({ new_timeline_id: timeline, ...ancestor });
    const creates = await together(context, (client) =>
      client.call('timeline_create', { tenant, timeline, body }),
    );
    mustBeOne(context, 'timeline.create-unique', kind, creates);
    const list = await api.call('timeline_list', { tenant });
    mustShow(context, 'timeline.create-unique', `the ${kind} is listed once`, {
      exchange: list,
      expected: [timeline],
      actual: listedIds(list, 'timeline_id').filter((id) => id === timeline),
    });
  }
}

type Client = Awaited<ReturnType<ScenarioContext['api']>>;

/** All on connections of their own that are open already, so that they meet. */
async function together(
  context: ScenarioContext,
  send: (client: Client) => Promise<Exchange>,
): Promise<Exchange[]> {
  const count = context.rule('two-creates').count!;
  const clients = await Promise.all(Array.from({ length: count }, () => context.api()));
  await Promise.all(clients.map((client) => client.call('status')));
  return Promise.all(clients.map(send));
}

function mustBeOne(
  context: ScenarioContext,
  requirement: string,
  kind: string,
  creates: readonly Exchange[],
): void {
  const statuses = creates.map(({ response }) => response?.status ?? 0).sort();
  const winners = statuses.filter((status) => status === 201).length;
  context.weigh('two-creates', `one winner: ${kind}`, winners === 1, {
    requirement,
    message: `of ${creates.length} equal creates at once ${winners} were answered 201`,
    expected: 'one 201',
    actual: statuses.join(', '),
  });
  const others = statuses.filter(
    (status) => status !== 201 && !context.covers('lost-create', status),
  );
  const isUnkind = others.every((status) => context.covers('lost-create-500', status));
  const rule = isUnkind ? 'lost-create-500' : 'lost-create-odd';
  context.weigh(rule, `the losers find it made: ${kind}`, others.length === 0, {
    requirement,
    message: `losers of ${creates.length} equal creates at once were not told that it is there`,
    expected: context.statuses('lost-create').join(' or '),
    actual: others.join(', '),
  });
}
