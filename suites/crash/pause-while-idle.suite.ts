// A node is stopped while nobody asks anything of its tenants, shorter and longer, and goes on: each is Active as before and is written
// as before.

import {
  type Branching,
  expectOutcome,
  type FlowTenant,
  mustBeStored,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
  startBranch,
  writesByItself,
} from '#suite';

/** How long the node is stopped, ms; the long ones at night. */
const PAUSES_MS = [100, 1000];
const PAUSES_AT_NIGHT_MS = [...PAUSES_MS, 3000, 10_000];

const TENANTS = { plain: 0, branched: 2 };

/** Writes that are waited for afterwards: the first may have been under way. */
const WRITES = 2;

export default scenario({
  id: 'crash/pause-while-idle',
  title: 'a node is stopped and goes on while nobody asks anything of its tenants',
  decides: ['P2', 'P4', 'P6', 'P7', 'P8', 'ownership.must-own', 'liveness.writes-progress'],
  needs: ['pause', 'tap'],
  deadlineMs: 120_000,
  async run(context) {
    const flow = await openFlow(context);
    const tenants = await Promise.all(
      Object.entries(TENANTS).map(([name, branches]) => flow.tenant(name, { branches })),
    );
    const alone = await Promise.all(tenants.map((tenant) => writesByItself(context, tenant)));
    for (const pauseMs of context.nightly ? PAUSES_AT_NIGHT_MS : PAUSES_MS) {
      const branches = tenants.map((tenant, place) =>
        alone[place] ? undefined : startBranch(context, tenant, 'a', `over ${pauseMs} ms`),
      );
      const wasSilent = await stopFor(context, pauseMs);
      if (wasSilent) for (const _ of tenants) context.faultedFlow();
      else context.undecided('liveness.writes-progress', 'the node answered while it was stopped');
      await Promise.all(
        tenants.map((tenant, place) => goesOn(context, tenant, pauseMs, branches[place])),
      );
    }
    for (const tenant of tenants) {
      await tenant.settle();
      await tenant.expectWhole('a');
      const gone = await tenant.detach('a');
      const step = { requirement: 'P7', what: 'detach after the stops', id: tenant.id, node: 'a' };
      expectOutcome(context, gone, ['done'], step);
    }
  },
});

/** Stops the node and lets it go on. True when it answered nothing meanwhile: a question was open all the time. */
async function stopFor(context: ScenarioContext, pauseMs: number): Promise<boolean> {
  const node = context.rig.node('a');
  const api = await context.api({ node: 'a' });
  node.pause();
  let answered = false;
  const asked = api.call('status', { timeoutMs: pauseMs + 3 * context.limits.api });
  const ended = asked.then(() => {
    answered = true;
  });
  await sleep(pauseMs, context.signal).finally(() => {
    ended.catch(() => undefined);
    if (!answered) node.resume();
  });
  const wasSilent = !answered;
  if (answered) node.resume();
  await ended;
  await api.close();
  return wasSilent;
}

async function goesOn(
  context: ScenarioContext,
  tenant: FlowTenant,
  pauseMs: number,
  branch: Branching | undefined,
): Promise<void> {
  const requirement = 'liveness.writes-progress';
  const { id } = tenant;
  if (branch) {
    await mustBeStored(context, tenant, branch, requirement);
  } else {
    let writes = 0;
    while (writes < WRITES && (await tenant.nextIndexCommit(3 * context.limits.quiet))) writes += 1;
    context.check(requirement, `writes go on after ${pauseMs} ms`, writes === WRITES, {
      message: `tenant ${id} is not written any more after its node was stopped for ${pauseMs} ms`,
      tenant: id,
      node: 'a',
    });
  }
  const active = await tenant.driver.waitActive(id, 'a');
  const step = {
    requirement: 'ownership.must-own',
    what: `a stop of ${pauseMs} ms`,
    id,
    node: 'a',
  };
  expectOutcome(context, active, ['active'], step);
}
