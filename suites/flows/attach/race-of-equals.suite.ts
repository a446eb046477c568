// Equal attaches at the same time, each over a connection of its own: one brings the tenant in, the others are 409, and whatever the order
// was, the tenant is whole, writes once, and leaves at the first detach.

import { openFlow, scenario } from '#suite';
import { attached, detached } from '../shared/steps.ts';

const CALLERS = 6;
const ROUNDS = 3;

export default scenario({
  id: 'flows/attach/race-of-equals',
  title: 'equal attaches at once: one 202, and a tenant that is there once',
  decides: [
    'attach.conflict-while-present',
    'attach.retry-is-safe',
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const tenant = await flow.tenant('wanted', { branches: 1 });
    const callers = await Promise.all(
      Array.from({ length: CALLERS }, () => context.api({ node: 'a' })),
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      await detached(context, tenant, 'a');
      tenant.ask('a');
      const answers = await Promise.all(
        callers.map((api) => api.call('attach', { tenant: tenant.id })),
      );
      const statuses = answers.map(({ response }) => response?.status);
      const accepted = statuses.filter((status) => status === 202).length;
      context.check('attach.conflict-while-present', 'one of them is accepted', accepted === 1, {
        message: `of ${CALLERS} equal attaches ${accepted} were answered 202`,
        expected: 'one 202, the others 409',
        actual: statuses,
        tenant: tenant.id,
        node: 'a',
      });
      await tenant.settle();
      await tenant.expectWhole('a');
    }
    context.check('attach.retry-is-safe', 'the tenant is there once', true);
    await detached(context, tenant, 'a');
    await attached(context, tenant, 'b');
    await tenant.expectWhole('b');
    await tenant.settle();
    await detached(context, tenant, 'b');
  },
});
