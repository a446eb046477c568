// Whose evidence it is: how many of the events that a rule was applied to belong to each scenario. A property may hold over
// a whole history of which one scenario has nothing to show.

import type { HistoryLine, ScenarioLine } from '../history/events.ts';
import type { JudgeBench, PropertySweep } from './judge.ts';
import { memberOf } from './member.ts';
import type { Call } from './ownership/calls.ts';
import type { PropertyId } from './property-id.ts';
import type { ScenarioFacts } from './report.ts';

/** Numbers of deciding events by scenario. */
export type Shares = Readonly<Record<string, number>>;

/** Counts them. */
export interface ShareCount {
  /** Every sweep is about to see this line. */
  see(line: HistoryLine, call: Call | undefined): void;
  /** No line is left; what the end decides is told by `Judge.credit`. */
  end(): void;
  of(property: PropertyId): Shares;
  scenarios(): Record<string, ScenarioFacts>;
}

/** Watches the sweeps' own counts. */
export function countShares(sweeps: readonly PropertySweep[], bench: JudgeBench): ShareCount {
  return new Count(sweeps, bench);
}

class Count implements ShareCount {
  private readonly sweeps: readonly PropertySweep[];
  private readonly bench: JudgeBench;
  /** What each sweep had decided when the owner last changed. */
  private readonly before: number[];
  private readonly shares = new Map<PropertyId, Map<string, number>>();
  private readonly facts = new Map<string, ScenarioFacts>();
  /** Whose lines go by: counts are looked at only when it changes, for to ask every sweep at every line costs as much as they do. */
  private owner: string | undefined;

  constructor(sweeps: readonly PropertySweep[], bench: JudgeBench) {
    this.sweeps = sweeps;
    this.bench = bench;
    this.before = sweeps.map(() => 0);
    bench.onCredit = (tenant) => this.give(bench.scenarioOf(tenant));
  }

  see(line: HistoryLine, call: Call | undefined): void {
    const owner = this.ownerOf(line, call);
    if (owner !== this.owner) {
      this.give(this.owner);
      this.owner = owner;
    }
    if (line.type === 'ok' && call?.op === 'timeline_create' && owner !== undefined) {
      this.know(owner, { timelines: this.factsOf(owner).timelines + 1 });
    } else if (line.stream === 'run' && line.type === 'scenario') this.told(line);
  }

  end(): void {
    this.give(this.owner);
    this.owner = undefined;
  }

  of(property: PropertyId): Shares {
    return Object.fromEntries(this.shares.get(property) ?? []);
  }

  scenarios(): Record<string, ScenarioFacts> {
    return Object.fromEntries(this.facts);
  }

  private told({ scenario, phase, decides, control = false, lacks = [] }: ScenarioLine): void {
    if (scenario === undefined) return;
    this.know(scenario, phase === 'start' ? { decides, control, lacks } : { lacks });
  }

  private factsOf(scenario: string): ScenarioFacts {
    const nothing = { decides: undefined, control: false, lacks: [], timelines: 0 };
    return this.facts.get(scenario) ?? nothing;
  }

  private know(scenario: string, more: Partial<ScenarioFacts>): void {
    this.facts.set(scenario, { ...this.factsOf(scenario), ...more });
  }

  private ownerOf(line: HistoryLine, call: Call | undefined): string | undefined {
    // A connection by itself decides nothing.
    if (line.stream === 'proxy' && !call) return this.owner;
    if (call?.scenario !== undefined) return call.scenario;
    const tenant = call?.tenant ?? ('tenant' in line ? line.tenant : undefined);
    const owner = tenant === undefined ? undefined : this.bench.scenarioOf(tenant);
    return owner ?? line.scenario;
  }

  /** What has been decided since the last time is the scenario's, or nobody's. */
  private give(scenario: string | undefined): void {
    for (let index = 0; index < this.sweeps.length; index += 1) {
      const sweep = this.sweeps[index]!;
      const more = sweep.deciding() - this.before[index]!;
      if (more === 0) continue;
      this.before[index]! += more;
      if (scenario === undefined) continue;
      const counts = memberOf(this.shares, sweep.id, () => new Map<string, number>());
      counts.set(scenario, (counts.get(scenario) ?? 0) + more);
    }
  }
}
