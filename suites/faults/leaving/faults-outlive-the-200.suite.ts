// Store faults stay on past the 200 of a detach and are healed when the tenant lives on the other node: what was to be done
// again is never done again.

import { expectOutcome, type Fault, openFlow, scenario, sleep } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { attachTo, detachFrom } from '../shared/operations.ts';

const FAULTS: readonly (Pick<Fault, 'kind' | 'parameters'> & { readonly name: string })[] = [
  { name: 'unavailable', kind: 'store-503' },
  {
    name: 'slow down',
    kind: 'store-fail',
    parameters: { status: 503, code: 'SlowDown', retryAfterS: 1 },
  },
  { name: 'forbidden', kind: 'store-fail', parameters: { status: 403, code: 'AccessDenied' } },
  { name: 'reset', kind: 'store-reset' },
  { name: 'done and reset', kind: 'store-commit-then-reset' },
  { name: 'done and broken off', kind: 'store-truncate', parameters: { bytes: 30 } },
];

/** The server is not made to wait for the store longer than this, ms. */
const ON_MS = 1200;

export default scenario({
  id: 'faults/leaving/faults-outlive-the-200',
  title: 'store faults that outlast a detach are healed when the tenant lives elsewhere',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.stops-every-writer'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    await forEachCase(FAULTS, async ({ name, ...rest }) => {
      const requirement = 'detach.stops-every-writer';
      const tenant = await flow.tenant(name, { branches: 1 });
      const { id } = tenant;
      const fault = await flow.fault({ ...rest, where: 'node-store', node: 'a', tenant: id });
      await flow.meetsWrite(fault, tenant);
      const detaching = tenant.detach('a');
      // A server that must finish its writes first gets its store back.
      const isOver = await Promise.race([
        detaching.then(() => true),
        sleep(ON_MS, context.signal).then(() => false),
      ]);
      if (!isOver) await fault.heal();
      const step = { requirement, what: `detach (${name})`, id, node: 'a' };
      expectOutcome(context, await detaching, ['done'], step);
      await attachTo(context, tenant, 'b');
      await tenant.nextIndexCommit();
      if (!(await flow.healed(fault, requirement, name))) return;
      await tenant.nextIndexCommit();
      await tenant.nextIndexCommit();
      await tenant.settle();
      await tenant.expectWhole('b');
      await detachFrom(context, tenant, 'b');
    });
  },
});
