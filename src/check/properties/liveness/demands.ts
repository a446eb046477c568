// Rewrites that are due (P7): what calls for them, until when, and what moves that time on. The time runs only while
// nothing of the tenant is held (judging section 5).

import type { HistoryLine } from '../../../history/events.ts';
import { evidence, milliseconds, short } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import type { Habit } from './habit.ts';

/** See PATIENCE of P7: here to keep the parts free of a circle. */
const PATIENCE = 3;

/** Why a rewrite is due: what disturbed the tenant is over. */
export interface Cause {
  readonly line: HistoryLine;
  readonly text: string;
  /** The tenant's life went on, or it is another one in which the habit has to begin again. */
  readonly isSameLife: boolean;
}

interface Demand {
  readonly habit: Habit;
  readonly node: string;
  readonly cause: Cause;
  readonly patience: number;
  /** From when the patience counts; Infinity while something is held. */
  from: number;
}

/** The rewrites that are due. */
export class Demands {
  private readonly judge: Judge;
  private readonly open = new Map<Habit, Demand>();
  judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  has(habit: Habit): boolean {
    return this.open.has(habit);
  }

  add(habit: Habit, node: string, cause: Cause): void {
    const patience = habit.patience(this.judge.limits.quiet);
    const demand = { habit, node, cause, patience, from: cause.line.t };
    this.move(demand);
    this.open.set(habit, demand);
  }

  /** The index was rewritten. */
  met(habit: Habit, line: HistoryLine): void {
    const demand = this.open.get(habit);
    if (!demand) return;
    this.open.delete(habit);
    this.decide(habit);
    const waited = line.t - demand.from;
    if (waited > demand.patience) this.complain(demand, waited, line);
  }

  /** Nothing is due any more: the tenant's life, or our interest in it, ends at `t`. */
  drop(habit: Habit, t: number): void {
    const demand = this.open.get(habit);
    if (!demand) return;
    this.open.delete(habit);
    const waited = t - demand.from;
    // Who stopped to wait before the end of our patience has seen nothing.
    if (waited < PATIENCE * demand.patience) return;
    this.decide(habit);
    this.complain(demand, waited, undefined);
  }

  /** Something happened at `t` that may hold some of those who are waited for, or let them go. */
  moved(tenant: string | undefined, node: string | undefined, t: number): void {
    for (const demand of [...this.open.values()]) {
      if (tenant !== undefined && tenant !== demand.habit.tenant) continue;
      if (node !== undefined && node !== demand.node) continue;
      if (t - demand.from >= PATIENCE * demand.patience) this.drop(demand.habit, t);
      else this.move(demand);
    }
  }

  /** The history is over; the reason why it is undecided, if it is. */
  end(): string | undefined {
    let open: string | undefined;
    for (const demand of this.open.values()) {
      if (demand.from === Infinity) this.move(demand);
      const waited = this.judge.now() - demand.from;
      if (waited > demand.patience) {
        this.decide(demand.habit);
        this.complain(demand, waited, undefined);
      } else if (demand.cause.isSameLife) {
        open = `writes of tenant ${short(demand.habit.tenant)} were not watched to the end`;
      }
    }
    this.open.clear();
    return open;
  }

  private decide(habit: Habit): void {
    this.judged += 1;
    this.judge.credit(habit.tenant);
  }

  private move(demand: Demand): void {
    const { troubles } = this.judge;
    const { tenant } = demand.habit;
    const from = demand.from === Infinity ? demand.cause.line.t : demand.from;
    demand.from = troubles.isHeld(tenant, demand.node)
      ? Infinity
      : Math.max(from, troubles.lastTouch(tenant, demand.node));
  }

  private complain(demand: Demand, waited: number, line: HistoryLine | undefined): void {
    const { habit, node, cause, patience } = demand;
    const isLate = line !== undefined && waited < PATIENCE * patience;
    this.judge.complain('P7', {
      level: isLate ? 'warn' : 'fail',
      kind: this.judge.taintOf(habit.tenant) ?? 'server',
      damage: 'stuck',
      message: `${node} ${line ? 'was late to write' : 'does not write'} tenant ${short(habit.tenant)} after ${cause.text}`,
      expected: `its index is rewritten within ${milliseconds(patience)}`,
      actual: line ? `after ${milliseconds(waited)}` : `not within ${milliseconds(waited)}`,
      tenant: habit.tenant,
      node,
      scenario: cause.line.scenario,
      evidence: [
        evidence(habit.last, 'the last of the rewrites without a request'),
        evidence(cause.line, cause.text),
        ...(line ? [evidence(line, 'the next rewrite')] : []),
      ],
    });
  }
}
