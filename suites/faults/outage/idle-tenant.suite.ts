// Nobody asks anything of an Active tenant while the store is away for it, shorter and longer: afterwards it is Active as before
// and writes as before.

import { expectOutcome, type Fault, openFlow, scenario, sleep } from '#suite';
import { detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

/** Pauses of the store, ms; the long ones at night. */
const PAUSES_MS = [100, 1000];
const PAUSES_AT_NIGHT_MS = [...PAUSES_MS, 3000];

const KINDS: readonly Fault['kind'][] = ['store-hold', 'store-503', 'store-drop', 'store-reset'];

/** After an index most servers remove what it no longer names: what else they write is struck by itself. */
const WHAT = [
  { what: 'everything', when: {} },
  { what: 'puts', when: { op: ['put' as const] } },
];

export default scenario({
  id: 'faults/outage/idle-tenant',
  title: 'the store is away while nobody asks anything of a tenant',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'ownership.must-own', 'liveness.writes-progress'],
  needs: ['tap'],
  async run(context) {
    const flow = await openFlow(context);
    const pauses = context.nightly ? PAUSES_AT_NIGHT_MS : PAUSES_MS;
    const cases = KINDS.flatMap((kind) =>
      pauses.flatMap((pauseMs) => WHAT.map((what) => ({ kind, pauseMs, ...what }))),
    );
    await Promise.all(
      cases.map(async ({ kind, pauseMs, what, when }) => {
        const name = `${kind} of ${what} for ${pauseMs} ms`;
        const requirement = 'liveness.writes-progress';
        const tenant = await flow.tenant(name);
        const { id } = tenant;
        for (let rewrite = 0; rewrite < 4; rewrite += 1) {
          if (await tenant.nextIndexCommit()) continue;
          context.unsupported(requirement, 'the target does not write by itself');
          return;
        }
        const fault = await flow.fault({ kind, where: 'node-store', node: 'a', tenant: id, when });
        await firstHit(context, fault);
        await sleep(pauseMs, context.signal);
        if (!(await flow.healed(fault, requirement, name))) return;
        const goesOn = await tenant.nextIndexCommit(3 * context.limits.quiet);
        context.check(requirement, 'writes go on', goesOn, {
          message: `tenant ${id} is not written any more after ${name}`,
          tenant: id,
          node: 'a',
        });
        const active = await tenant.driver.waitActive(id, 'a');
        const step = { requirement: 'ownership.must-own', what: name, id, node: 'a' };
        expectOutcome(context, active, ['active'], step);
        await tenant.settle();
        await tenant.expectWhole('a');
        await detachFrom(context, tenant, 'a');
      }),
    );
  },
});
