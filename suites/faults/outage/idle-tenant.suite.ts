// Nobody asks anything of an Active tenant while the store is away for it, shorter and longer: afterwards it is Active as before
// and writes as before.

import {
  type Branching,
  expectOutcome,
  type Fault,
  type FlowTenant,
  mustBeStored,
  openFlow,
  type ScenarioContext,
  scenario,
  sleep,
  startBranch,
  writesByItself,
} from '#suite';
import { detachFrom } from '../shared/operations.ts';
import { firstHit } from '../shared/strike.ts';

/** Pauses of the store, ms; the long ones at night. */
const PAUSES_MS = [100, 1000];
const PAUSES_AT_NIGHT_MS = [...PAUSES_MS, 3000, 10_000];
/** A hold must not end before its pause, ms. */
const HOLD_MS_MORE = 1000;

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
  deadlineMs: 90_000,
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
        const isAlone = await writesByItself(context, tenant);
        const fault = await flow.fault({
          ...{ kind, where: 'node-store', node: 'a', tenant: id, when },
          ...(pauseMs > 1000 ? { parameters: { maxHoldMs: pauseMs + HOLD_MS_MORE } } : {}),
        });
        const branch = isAlone ? undefined : startBranch(context, tenant, 'a', 'provoked');
        await firstHit(context, fault);
        await sleep(pauseMs, context.signal);
        if (!(await flow.healed(fault, requirement, name))) return;
        await goesOn(context, tenant, branch, { requirement, name });
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

async function goesOn(
  context: ScenarioContext,
  tenant: FlowTenant,
  branch: Branching | undefined,
  { requirement, name }: { readonly requirement: string; readonly name: string },
): Promise<void> {
  if (branch) return mustBeStored(context, tenant, branch, requirement);
  const isWritten = await tenant.nextIndexCommit(3 * context.limits.quiet);
  context.check(requirement, 'writes go on', isWritten, {
    message: `tenant ${tenant.id} is not written any more after ${name}`,
    tenant: tenant.id,
    node: 'a',
  });
}
