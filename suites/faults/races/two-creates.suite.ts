// Two clients create one tenant, and then one timeline, at the same moment: one is told 201, the other 409, and both things are
// there once.

import { openFlow, scenario } from '#suite';
import { forEachCase } from '../shared/cases.ts';

const ROUNDS = Array.from({ length: 12 }, (_, index) => index);

export default scenario({
  id: 'faults/races/two-creates',
  title: 'two clients create one tenant and one timeline at the same moment',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'tenant_create.409', 'timeline_create.409'],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const callers = await Promise.all([0, 1, 2].map(() => flow.caller('a')));
    await forEachCase(
      ROUNDS,
      async (round) => {
        const tenant = context.tenant(`created ${round}`);
        const timeline = context.timeline(`created ${round}`);
        const bodies = [
          ['tenant_create', { new_tenant_id: tenant }],
          ['timeline_create', context.timelineBody({ new_timeline_id: timeline })],
        ] as const;
        for (const [operation, body] of bodies) {
          const answers = await Promise.all(
            callers.map(({ api }) => api.call(operation, { tenant, timeline, body })),
          );
          const statuses = answers.map((answer) => answer.response?.status);
          const created = statuses.filter((status) => status === 201).length;
          context.check(`${operation}.409`, `${operation}: exactly one 201`, created === 1, {
            message: `${created} of three equal calls at once were answered 201: ${statuses.join(', ')}`,
            tenant,
            node: 'a',
          });
          const odd = statuses.filter(
            (status) => status !== 201 && !context.covers('lost-create', status),
          );
          const isUnkind = odd.every((status) => context.covers('lost-create-500', status));
          const rule = isUnkind ? 'lost-create-500' : 'lost-create-odd';
          context.weigh(rule, `${operation}: the others are told so`, odd.length === 0, {
            requirement: `${operation}.409`,
            message: `equal calls at once were answered ${statuses.join(', ')}`,
            tenant,
            node: 'a',
          });
        }
        const driver = await flow.driver();
        await driver.waitActive(tenant, 'a');
        await callers[0]!.api.call('timeline_list', { tenant });
        await driver.detach(tenant, 'a');
      },
      1,
    );
  },
});
