// An attach fails twenty times because the store refuses, a timeline's creation as often: once the store answers, both work.

import { expectOutcome, openFlow, scenario } from '#suite';
import { attachTo, detachFrom } from '../shared/operations.ts';

const TIMES = 20;
const FORBIDDEN = { status: 403, code: 'AccessDenied' } as const;

export default scenario({
  id: 'faults/wear/failed-attaches',
  title: 'twenty attaches and creations that fail at the store, then the good path',
  decides: [
    'P2',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
    'liveness.wear',
    'attach.broken-is-repairable',
  ],
  needs: ['two-nodes', 'tap'],
  // Forty steps that fail, one after the other: a slow server needs a second or two for each.
  deadlineMs: 120_000,
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'liveness.wear';
    const tenant = await flow.tenant('failing');
    const { id } = tenant;
    const { api } = await flow.caller('a');
    const creating = await flow.fault({
      ...{ kind: 'store-fail', where: 'node-store', node: 'a', tenant: id, parameters: FORBIDDEN },
    });
    const timeline = context.timeline('fails');
    const body = context.timelineBody({
      ...{ new_timeline_id: timeline, ancestor_timeline_id: tenant.timelines[0]! },
    });
    for (let time = 0; time < TIMES; time += 1) {
      await api.call('timeline_create', { tenant: id, timeline, body, timeoutMs: 100 });
    }
    if (!(await flow.healed(creating, requirement, 'timeline create'))) return;
    const made = await tenant.driver.createTimeline(id, 'a', {
      ...{ id: context.timeline('works'), ancestor: tenant.timelines[0]! },
      extra: context.target.timelineCreate,
    });
    expectOutcome(context, made, ['done'], { requirement, what: 'timeline create', id, node: 'a' });
    await tenant.settle();
    await detachFrom(context, tenant, 'a');
    const attaching = await flow.fault({
      ...{ kind: 'store-fail', where: 'node-store', node: 'b', tenant: id, parameters: FORBIDDEN },
    });
    const other = await flow.caller('b');
    tenant.ask('b');
    for (let time = 0; time < TIMES; time += 1) {
      const before = attaching.hits;
      const answer = await other.api.call('attach', { tenant: id });
      // One that is only scheduled meets the store after its answer.
      if (answer.response?.status === 202)
        await context.eventually(
          async () => (attaching.hits > before ? true : undefined),
          context.limits.quiet,
        );
      // Whether it was answered 500 or is Broken by now, it is begun anew.
      await other.api.call('detach', { tenant: id });
    }
    if (!(await flow.healed(attaching, requirement, 'attach'))) return;
    await detachFrom(context, tenant, 'b');
    await attachTo(context, tenant, 'b');
    await tenant.settle();
    await tenant.expectWhole('b');
    context.check(requirement, 'the good path works after failures', true);
    context.check('attach.broken-is-repairable', 'an attach works after twenty that failed', true);
    await detachFrom(context, tenant, 'b');
  },
});
