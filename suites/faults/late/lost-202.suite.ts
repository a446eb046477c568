// The answer of an attach never arrives, so it is sent again: refused or accepted, never twice accepted, and harmless. Then the
// tenant moves on, and nobody writes where it was.

import { expectOutcome, type Fault, openFlow, scenario, sleep, supportedCases } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { detachFrom } from '../shared/operations.ts';

/** What becomes of the answer. */
const LOSSES: Readonly<Record<string, Pick<Fault, 'kind' | 'parameters'>>> = {
  'nothing of it': { kind: 'cut-answer', parameters: { bytes: 0 } },
  'the first byte': { kind: 'cut-answer', parameters: { bytes: 1 } },
  'the status line': { kind: 'cut-answer', parameters: { bytes: 24 } },
  'most of it': { kind: 'reset-mid-answer', parameters: { bytes: 60 } },
  'it comes too late': { kind: 'hold-answer' },
};

export default scenario({
  id: 'faults/late/lost-202',
  title: 'the answer of an attach is lost, and the attach is sent again while the first one runs',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'attach.retry-is-safe'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'attach.retry-is-safe';
    const cases = supportedCases(context, Object.entries(LOSSES), ([name, { kind }]) => ({
      name: `${kind}: ${name}`,
      fault: { kind, where: 'client-node' },
    }));
    await forEachCase(cases, async ([name, loss]) => {
      // Only what is late needs a client that gives up.
      const driver = await flow.driver(loss.kind === 'hold-answer' ? { answerMs: 400 } : {});
      const tenant = await flow.tenant(name);
      const { id } = tenant;
      await detachFrom(context, tenant, 'a');
      // The first attach is still at work when the second comes.
      const slow = await flow.fault({
        kind: 'store-hold',
        where: 'node-store',
        node: 'b',
        tenant: id,
        when: { op: ['get'] },
      });
      const fault = await flow.fault({
        ...loss,
        where: 'client-node',
        link: driver.links.b!,
        tenant: id,
        when: { operation: { method: 'POST', path: `/v1/tenant/${id}/attach` } },
      });
      tenant.ask('b');
      const attaching = driver.attach(id, 'b');
      await fault.hit(context.signal);
      const again = await flow.caller('b');
      await again.api.call('attach', { tenant: id });
      await sleep(40, context.signal);
      await slow.heal();
      const step = { requirement, what: `attach (${name})`, id, node: 'b' };
      expectOutcome(context, await attaching, ['active'], step);
      if (!(await flow.healed(fault, requirement, 'attach'))) return;
      await tenant.settle();
      if (flow.ownership.unresolved(id, 'b').length > 0) {
        // Nothing tells what became of the lost attach: the tenant must not move.
        await tenant.expectWhole('b');
        return;
      }
      const moved = await tenant.move('b', 'a');
      expectOutcome(context, moved, ['active'], { ...step, what: `move (${name})`, node: 'a' });
      await tenant.expectWhole('a');
      await detachFrom(context, tenant, 'a');
    });
  },
});
