// The head of a state-changing request arrives with a part of its body, and the rest never comes: others may do the same thing
// meanwhile, and what was never whole is not carried out.

import { createStrikes, openFlow, scenario } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { CHANGING, WITH_BODY } from '../shared/changing.ts';
import { stalledRequest } from '../shared/stalled.ts';
import { seeThrough } from '../shared/strike.ts';

/** How long the half request stands still, ms. */
const STANDS_MS = 600;

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
    const cases = CHANGING.flatMap((operation) => [
      { operation, end: 'FIN' },
      ...(WITH_BODY.has(operation.name) ? [{ operation, end: 'RST' }] : []),
    ]);
    await forEachCase(cases, async ({ operation, end }) => {
      const { name, node } = operation;
      const tenant = await flow.tenant(`${name} (${end})`);
      await operation.prepare(context, tenant);
      const subject = operation.subject(context, tenant);
      const before = await tenant.driver.look(subject, node);
      const raw = await context.raw({ node });
      const { timeline } = operation.call(context, tenant)[1];
      const half = stalledRequest(context, name, subject, timeline);
      const standing = raw.send({ ...half, timeoutMs: STANDS_MS });
      let stands = true;
      void standing.then(() => {
        stands = false;
      });
      const outcome = await operation.run(context, tenant);
      const wasReset = stands && end === 'RST';
      // Otherwise it ends with FIN, when it has stood for long enough.
      if (wasReset) raw.reset();
      const ended = await standing;
      // It was there: the node answered it, or kept its connection open until we gave up.
      const { status } = ended.answer;
      const hit = status !== undefined || ended.ended === 'open' || wasReset;
      const ledger = strikes.note({ kind: 'half a request', hit, came: true });
      ledger.check(
        'liveness.caller-gone',
        `${name} works beside one that stands still`,
        operation.wanted.includes(outcome.kind),
        {
          message: `${name} ended as ${outcome.kind} while an equal request stood still`,
          tenant: subject,
          node,
        },
      );
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
