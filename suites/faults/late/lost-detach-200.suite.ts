// The 200 of a detach is lost; the detach is sent again and finds nothing. What the node said counts: from its first byte on
// it writes nothing, though its client has not heard of it yet.

import { expectOutcome, type Fault, openFlow, scenario, supportedCases } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { attachTo, detachFrom } from '../shared/operations.ts';

/** What becomes of the answer. */
const LOSSES: Readonly<Record<string, Pick<Fault, 'kind' | 'parameters'>>> = {
  'nothing of it': { kind: 'cut-answer', parameters: { bytes: 0 } },
  'the first byte': { kind: 'cut-answer', parameters: { bytes: 1 } },
  'reset instead': { kind: 'reset-after-request' },
  'most of it': { kind: 'reset-mid-answer', parameters: { bytes: 60 } },
  'it comes too late': { kind: 'hold-answer' },
};

export default scenario({
  id: 'faults/late/lost-detach-200',
  title: 'the answer of a detach is lost, and the detach is sent again',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.removes-memory'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'detach.removes-memory';
    const cases = supportedCases(context, Object.entries(LOSSES), ([name, { kind }]) => ({
      name: `${kind}: ${name}`,
      fault: { kind, where: 'client-node' },
    }));
    await forEachCase(cases, async ([name, loss]) => {
      // Only what is late needs a client that gives up.
      const driver = await flow.driver(loss.kind === 'hold-answer' ? { answerMs: 400 } : {});
      const tenant = await flow.tenant(name, { branches: 1 });
      const { id } = tenant;
      const fault = await flow.fault({
        ...loss,
        where: 'client-node',
        link: driver.links.a!,
        tenant: id,
        when: { operation: { method: 'POST', path: `/v1/tenant/${id}/detach` } },
      });
      // A detach in the middle of the tenant's own writes.
      await tenant.nextIndexCommit();
      tenant.ask(null);
      const detached = await driver.detach(id, 'a');
      const step = { requirement, what: `detach (${name})`, id, node: 'a' };
      expectOutcome(context, detached, ['done'], step);
      if (!(await flow.healed(fault, requirement, 'detach'))) return;
      await attachTo(context, tenant, 'b');
      await tenant.settle();
      await tenant.expectWhole('b');
      await tenant.nextIndexCommit();
      await detachFrom(context, tenant, 'b');
    });
  },
});
