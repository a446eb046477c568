// Tables of cases: one operation with every value of the fault layer on one link.

import { type FaultValue, faultValues, openFlow, type ScenarioContext } from '#suite';
import { forEachCase } from './cases.ts';
import type { StruckOperation } from './operations.ts';
import { strikeClientLink, strikeTap } from './strike.ts';

/** Every fault of a client's link, each on a tenant and a link of its own. */
export async function everyClientFault(
  context: ScenarioContext,
  operation: StruckOperation,
): Promise<void> {
  const flow = await openFlow(context);
  const values = valuesOf(context, ({ where }) => where === 'client-node');
  await forEachCase(values, (value) => strikeClientLink(context, flow, { operation, value }));
}

/** Every fault of the tap, each on a tenant of its own. */
export async function everyTapFault(
  context: ScenarioContext,
  operation: StruckOperation,
): Promise<void> {
  const flow = await openFlow(context);
  const values = valuesOf(context, ({ kind }) => kind.startsWith('store-'));
  await forEachCase(values, (value) => strikeTap(context, flow, { operation, value }));
}

/** What this lane can do, of all that there is. */
export function valuesOf(
  context: ScenarioContext,
  wanted: (value: FaultValue) => boolean,
): readonly FaultValue[] {
  return faultValues(context.lane.capabilities).filter(wanted);
}
