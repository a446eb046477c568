// Whose evidence it is: how many of the events that a rule was applied to belong to each scenario. A property may hold over
// a whole history of which one scenario has nothing to show.

import type { HistoryLine } from '../history/events.ts';
import type { PropertySweep } from './judge.ts';
import { memberOf } from './member.ts';
import type { Call } from './ownership/calls.ts';
import type { PropertyId } from './report.ts';

/** Numbers of deciding events by scenario. */
export type Shares = Readonly<Record<string, number>>;

/** Counts them. */
export interface ShareCount {
  /** Every sweep has seen this line. */
  see(line: HistoryLine, call: Call | undefined): void;
  of(property: PropertyId): Shares;
  /** Acknowledged creations of timelines. */
  timelines(): Shares;
}

/** Watches the sweeps' own counts; `scenarioOf` tells whose a tenant is. */
export function countShares(
  sweeps: readonly PropertySweep[],
  scenarioOf: (tenant: string) => string | undefined,
): ShareCount {
  const before = sweeps.map(() => 0);
  const shares = new Map<PropertyId | 'timelines', Map<string, number>>();

  function ownerOf(line: HistoryLine, call: Call | undefined): string | undefined {
    const tenant = ('tenant' in line ? line.tenant : undefined) ?? call?.tenant;
    return (tenant && scenarioOf(tenant)) ?? line.scenario ?? call?.scenario;
  }
  function count(what: PropertyId | 'timelines', scenario: string | undefined, more: number): void {
    if (scenario === undefined) return;
    const counts = memberOf(shares, what, () => new Map<string, number>());
    counts.set(scenario, (counts.get(scenario) ?? 0) + more);
  }
  const of = (what: PropertyId | 'timelines'): Shares => Object.fromEntries(shares.get(what) ?? []);
  return {
    see(line, call) {
      if (line.type === 'ok' && call?.op === 'timeline_create') {
        count('timelines', ownerOf(line, call), 1);
      }
      for (let index = 0; index < sweeps.length; index += 1) {
        const sweep = sweeps[index]!;
        const more = sweep.deciding() - before[index]!;
        if (more === 0) continue;
        before[index]! += more;
        count(sweep.id, ownerOf(line, call), more);
      }
    },
    of,
    timelines: () => of('timelines'),
  };
}
