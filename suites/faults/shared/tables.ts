// Tables of cases: one operation with every value of the fault layer on one link.

import {
  type DriverOutcome,
  type FaultValue,
  type Flow,
  type FlowTenant,
  faultValues,
  openFlow,
  type ScenarioContext,
  supportedCases,
} from '#suite';
import { forEachCase } from './cases.ts';
import { attachTo, detachFrom, type StruckOperation } from './operations.ts';
import { bringBack, strikeClientLink, strikeTap } from './strike.ts';

/** Tenants at once: each is struck by one fault after the other. */
const LANES = 5;

/** Every fault of a client's link. */
export function everyClientFault(
  context: ScenarioContext,
  operation: StruckOperation,
): Promise<void> {
  const values = valuesOf(context, ({ where }) => where === 'client-node');
  return strikeAll(context, operation, values, strikeClientLink);
}

/** Every fault of the tap. */
export function everyTapFault(context: ScenarioContext, operation: StruckOperation): Promise<void> {
  const values = valuesOf(context, ({ kind }) => kind.startsWith('store-'));
  return strikeAll(context, operation, values, strikeTap);
}

/** A few tenants take the values in turns; one that nobody can account for any more gives way to a new one. */
async function strikeAll(
  context: ScenarioContext,
  operation: StruckOperation,
  values: readonly FaultValue[],
  strike: typeof strikeTap,
): Promise<void> {
  const flow = await openFlow(context);
  const idle: FlowTenant[] = [];
  await forEachCase(
    values,
    async (value) => {
      const tenant = idle.pop() ?? (await flow.tenant(value.name));
      const end = await strike(context, flow, tenant, { operation, value });
      if (await comesHome(context, flow, tenant, { operation, end })) idle.push(tenant);
    },
    LANES,
  );
  await forEachCase(idle, async (tenant) => {
    await tenant.settle();
    await tenant.expectWhole('a');
    await detachFrom(context, tenant, 'a');
  });
}

/** Brings the tenant back to `a`; false where an unaccounted call keeps it where it is. */
async function comesHome(
  context: ScenarioContext,
  flow: Flow,
  tenant: FlowTenant,
  { operation, end }: { readonly operation: StruckOperation; readonly end: DriverOutcome['kind'] },
): Promise<boolean> {
  const at = await bringBack(context, flow, tenant, operation, end);
  if (flow.ownership.unresolved(tenant.id, at).length > 0) {
    await tenant.settle();
    await tenant.expectWhole(at);
    return false;
  }
  if (at === 'b') {
    await detachFrom(context, tenant, 'b');
    await attachTo(context, tenant, 'a');
  }
  return true;
}

/** What this lane can do, of all that there is; the report names the rest. */
export function valuesOf(
  context: ScenarioContext,
  wanted: (value: FaultValue) => boolean,
): readonly FaultValue[] {
  const values = faultValues().filter(wanted);
  return supportedCases(context, values, (value) => ({ name: value.name, fault: value }));
}
