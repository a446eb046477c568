// The head of a state-changing request arrives with a part of its body, and the rest never comes: others may do the same thing
// meanwhile, and what was never whole is not carried out.

import { createStrikes, openFlow, scenario } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { CHANGING } from '../shared/changing.ts';
import { stalledRequest } from '../shared/stalled.ts';
import { seeThrough } from '../shared/strike.ts';

export default scenario({
  id: 'faults/callers/stalled-body',
  title: 'a state-changing request stands still in the middle of its body',
  decides: [
    ...['P2', 'P4', 'P6', 'P7', 'P8', 'machine'],
    ...['liveness.caller-gone', 'ownership.partial-request'],
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const strikes = createStrikes(context);
    await forEachCase(CHANGING, async (operation) => {
      const { name, node } = operation;
      const tenant = await flow.tenant(name);
      await operation.prepare(context, tenant);
      const subject = operation.subject(context, tenant);
      const before = await tenant.driver.look(subject, node);
      const raw = await context.raw({ node });
      const standing = raw.send({ ...stalledRequest(context, name, subject), timeoutMs: 600 });
      const outcome = await operation.run(context, tenant);
      const ended = await standing;
      // It was there: the node answered it, or kept its connection open until we gave up.
      const hit = ended.answer.status !== undefined || ended.ended === 'open';
      const ledger = strikes.note({ kind: 'half a request', hit, came: true });
      ledger.check(
        'liveness.caller-gone',
        `${name} works beside one that stands still`,
        [
          ...operation.wanted,
          // The node has what it was asked for already.
        ].includes(outcome.kind),
        {
          message: `${name} ended as ${outcome.kind} while an equal request stood still`,
          tenant: subject,
          node,
        },
      );
      const status = ended.answer.status;
      const isDone = status !== undefined && status < 300;
      ledger.check('ownership.partial-request', `${name} is not done by half a request`, !isDone, {
        level: 'warn',
        message: `half a ${name} was answered ${status}; before it the tenant was ${before}`,
        tenant: subject,
        node,
      });
      if (subject !== tenant.id) await tenant.driver.detach(subject, node);
      await seeThrough(context, flow, tenant, operation);
    });
    strikes.conclude('ownership.partial-request');
  },
});
