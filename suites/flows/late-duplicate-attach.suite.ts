// What the document itself makes unsafe: an attach is delivered twice, the first copy is carried out, the tenant becomes Active
// and is detached, and only then the second copy arrives. Nothing in the request tells that it is old, so a right
// server takes the tenant again, and writes, though nobody asks it to. No server is blamed, in either profile.

import { expectOutcome, openFlow, scenario } from '#suite';

export default scenario({
  id: 'flows/late-duplicate-attach',
  title:
    'a duplicate attach that arrives after the detach takes the tenant again: a gap of the document',
  decides: ['P2', 'P3', 'P6', 'ownership.late-duplicate'],
  needs: ['two-nodes', 'tap', 'proxy-hold', 'proxy-events'],
  async run(context) {
    const requirement = 'ownership.late-duplicate';
    const flow = await openFlow(context);
    const tenant = await flow.tenant('twice');
    const { id, driver } = tenant;
    const step = (what: string, node: 'a' | 'b') => ({ requirement, what, id, node });
    expectOutcome(context, await tenant.detach('a'), ['done'], step('detach', 'a'));

    const { api, link } = await flow.caller('b');
    const twice = await flow.fault({
      kind: 'duplicate',
      where: 'client-node',
      link,
      tenant: id,
      when: { operation: { method: 'POST', path: `/v1/tenant/${id}/attach` } },
    });
    tenant.ask('b');
    const attached = api.call('attach', { tenant: id });
    await twice.hit(context.signal);
    const active = await context.eventually(async () => {
      const shown = await driver.look(id, 'b');
      return shown === 'Active' ? shown : undefined;
    }, context.limits.attach);
    if (active === undefined) return context.undecided(requirement, 'the first copy did nothing');
    expectOutcome(context, await tenant.detach('b'), ['done'], step('detach', 'b'));

    // From now on either end is right: the copy may bring the tenant back.
    tenant.ask('b');
    let copies = 0;
    const stop = context.rig.history.listen((event) => {
      if (event.stream === 'proxy' && event.type === 'request' && event.copy === 2) copies += 1;
    });
    context.defer(stop);
    const writes = tenant.nextIndexCommit();
    if (!(await flow.healed(twice, requirement, 'attach'))) return;
    const status = (await attached).response?.status;
    const isBack = await context.eventually(
      async () => ((await driver.look(id, 'b')) === 'absent' ? undefined : true),
      context.limits.api,
    );
    if (copies === 0) return context.undecided(requirement, 'the second copy never arrived');
    context.check(requirement, 'what a late copy does is seen', true);
    if (isBack) {
      context.finding({
        requirement,
        level: 'warn',
        kind: 'document',
        message:
          `a duplicate attach of tenant ${id} reached b after its detach had answered 200, and b took the tenant ` +
          `again${(await writes) ? ' and writes it' : ''}: the document gives no way to tell that an attach is old`,
        expected: 'a tenant that was detached stays away',
        actual: `the copy is answered ${status ?? 'nothing'}`,
        tenant: id,
        node: 'b',
      });
    }
    const gone = await tenant.detach('b');
    expectOutcome(context, gone, ['done'], step('detach of what came back', 'b'));
  },
});
