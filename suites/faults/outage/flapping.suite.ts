// Links come and go in turns while tenants move: every call is repeated until it is answered, and the tenant ends where it
// was asked to be.

import { expectOutcome, openFlow, scenario } from '#suite';
import { forEachCase } from '../shared/cases.ts';
import { detachFrom } from '../shared/operations.ts';

/** Length of one phase, ms. */
const PERIODS_MS = [15, 40, 90] as const;

export default scenario({
  id: 'faults/outage/flapping',
  title: 'tenants move over links that come and go',
  decides: ['P1', 'P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine', 'detach.reattach'],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const requirement = 'detach.reattach';
    const cases = PERIODS_MS.flatMap((periodMs) =>
      (['detach', 'ignore'] as const).map((leaving) => ({ periodMs, leaving })),
    );
    await forEachCase(cases, async ({ periodMs, leaving }) => {
      const name = `${leaving}, ${periodMs} ms`;
      const tenant = await flow.tenant(name);
      const { id } = tenant;
      const fault = await flow.fault({
        ...{ kind: 'flapping', where: 'client-node', tenant: id, parameters: { periodMs } },
        link: tenant.driver.links.a!,
      });
      const left = await tenant[leaving]('a');
      const step = { requirement, what: name, id, node: 'a' };
      expectOutcome(context, left, ['done', 'absent'], step);
      if (!(await flow.healed(fault, requirement, name))) return;
      const at = leaving === 'detach' ? 'b' : 'a';
      const back = await (leaving === 'detach' ? tenant.attach(at) : tenant.load(at));
      expectOutcome(context, back, ['active'], { ...step, what: `back after ${name}`, node: at });
      await tenant.settle();
      await tenant.expectWhole(at);
      await detachFrom(context, tenant, at);
    });
  },
});
