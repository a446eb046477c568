// Each refusal twenty times in one life of the process, then the good path: nothing is used up by saying no.

import { openFlow, scenario } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { attachTo, detachFrom } from '../shared/operations.ts';

const TIMES = Array.from({ length: 20 }, (_, index) => index);

export default scenario({
  id: 'faults/wear/refusals',
  title: 'twenty refusals of each kind, then the good path',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'machine', 'liveness.wear', 'liveness.stays-up'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const exitsBefore = context.rig.unaskedExits.length;
    const tenant = await flow.tenant('worn', { branches: 1 });
    const { id } = tenant;
    // One of its own for each: while a node decides about a load, its status may be no refusal.
    const unknown = (operation: string): string => context.tenant(`unknown to ${operation}`);
    const absent = context.timeline('absent');
    const body = context.timelineBody({ new_timeline_id: tenant.timelines[0]! });
    // An attach of an unknown tenant may be answered 202 and end Broken: flows/attach/without-objects wears that.
    const refusals = [
      ['attach', { tenant: id }],
      ['attach', { tenant: 'no-id' }],
      ['detach', { tenant: unknown('detach') }],
      ['detach', { tenant: 'no-id' }],
      ['load', { tenant: unknown('load') }],
      ['load', { tenant: id }],
      ['ignore', { tenant: unknown('ignore') }],
      ['tenant_status', { tenant: unknown('tenant_status') }],
      ['tenant_create', { body: { new_tenant_id: id } }],
      ['tenant_create', { rawBody: '{' }],
      ['tenant_config', { body: { tenant_id: unknown('tenant_config') } }],
      ['timeline_create', { tenant: id, body }],
      ['timeline_create', { tenant: unknown('timeline_create'), body }],
      ['timeline_create', { tenant: id, rawBody: '{' }],
      ['timeline_detail', { tenant: id, timeline: absent }],
      ['timeline_delete', { tenant: id, timeline: absent }],
      ['timeline_delete', { tenant: id, timeline: tenant.timelines[0]! }],
    ] as const;
    await forEachCase(refusals, async ([operation, call]) => {
      const { api } = await flow.caller('a');
      for (const time of TIMES) {
        const answer = await api.call(operation, { timeline: absent, ...call });
        const status = answer.response?.status;
        // Refusals are judged by the contract; here the last one must be like the first.
        if (status !== undefined && status >= 400) continue;
        context.check('liveness.wear', `${operation} is refused again and again`, false, {
          message: `${operation} that makes no sense was answered ${status ?? 'nothing'} at time ${time + 1}`,
          tenant: id,
          node: 'a',
        });
        break;
      }
    });
    await tenant.settle();
    await tenant.expectWhole('a');
    await detachFrom(context, tenant, 'a');
    await attachTo(context, tenant, 'a');
    const exits = context.rig.unaskedExits.slice(exitsBefore);
    context.check('liveness.stays-up', 'no process ends by itself', exits.length === 0, {
      message: `the process of node ${exits[0]?.node} ended unasked after refusals`,
      tenant: id,
      node: 'a',
    });
    const fresh = await flow.tenant('after the refusals');
    context.check('liveness.wear', 'the good path works after the refusals', true);
    await detachFrom(context, tenant, 'a');
    await detachFrom(context, fresh, 'a');
  },
});
