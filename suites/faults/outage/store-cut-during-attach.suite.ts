// The store is cut in the middle of an attach and healed later: a refusal, Broken or a long Attaching are legal then, and only then.
// Afterwards the same attach, or a detach and another one, makes the tenant Active.

import { expectOutcome, type Fault, openFlow, scenario, sleep } from '#suite';
import { repair } from '../shared/around.ts';
import { forEachCase } from '../shared/cases.ts';
import { detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

const CUTS: readonly Pick<Fault, 'kind' | 'parameters'>[] = [
  { kind: 'store-503' },
  { kind: 'store-reset' },
  { kind: 'store-drop' },
  { kind: 'store-truncate', parameters: { bytes: 30 } },
  { kind: 'store-hold' },
  { kind: 'store-fail', parameters: { status: 403, code: 'AccessDenied' } },
];

/** Requests that come through before the cut. */
const AFTER = [1, 2, 3] as const;

/** How long the store is away, ms. At night it is longer than what a server has patience for. */
const AWAY_MS = 500;
const AWAY_AT_NIGHT_MS = 3600;

export default scenario({
  id: 'faults/outage/store-cut-during-attach',
  title: 'the store is cut in the middle of an attach and healed later',
  decides: [
    ...['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
    ...['attach.broken-only-when-disturbed', 'attach.broken-is-repairable'],
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const cases = CUTS.flatMap((cut) => AFTER.map((nth) => ({ cut, nth })));
    await forEachCase(
      cases,
      async ({ cut, nth }) => {
        const requirement = 'attach.broken-only-when-disturbed';
        const name = `${cut.kind} from request ${nth} on`;
        const tenant = await flow.tenant(name);
        const { id } = tenant;
        await detachFrom(context, tenant, 'a');
        const fault = await flow.fault({
          ...{ ...cut, where: 'node-store', node: 'b', tenant: id, when: { nth } },
        });
        const attaching = tenant.attach('b');
        await firstHit(context, fault, context.limits.attach);
        await Promise.race([
          attaching,
          sleep(context.nightly ? AWAY_AT_NIGHT_MS : AWAY_MS, context.signal),
        ]);
        await fault.heal();
        const outcome = await attaching;
        const step = { requirement, what: `attach (${name})`, id, node: 'b' };
        expectOutcome(context, outcome, ['active', 'broken', 'refused'], step);
        if (!(await flow.healed(fault, requirement, name))) return;
        await repair(context, tenant, 'b', outcome.kind);
        context.check('attach.broken-is-repairable', 'it ends Active after the cut', true);
        await tenant.settle();
        await tenant.expectWhole('b');
        await detachFrom(context, tenant, 'b');
      },
      cases.length,
    );
  },
});
