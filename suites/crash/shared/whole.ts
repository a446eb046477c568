// The whole state of a tenant before and after: what is read of it while nothing else goes on.

import type { FlowTenant, ScenarioContext } from '#suite';
import type { Holding } from './changes.ts';
import { describeFound, describeHolding, isHolding, readTenant } from './found.ts';

/** The tenant is on the node as it should be, or the requirement is broken. Returns whether it is. */
export async function expectHolding(
  context: ScenarioContext,
  tenant: FlowTenant,
  holding: Holding,
  { requirement, what, node = 'a' }: { requirement: string; what: string; node?: string },
): Promise<boolean> {
  const found = await readTenant(context, tenant, node);
  return context.check(requirement, what, isHolding(found, holding), {
    message: `${what}: tenant ${tenant.id} on ${node} is ${describeFound(found)}`,
    expected: describeHolding(holding),
    actual: describeFound(found),
    tenant: tenant.id,
    node,
  });
}

/** As it was made. */
export function wholeOf({ timelines }: FlowTenant): Holding {
  return { present: true, timelines };
}

/** Not there. */
export const ABSENT: Holding = { present: false };
