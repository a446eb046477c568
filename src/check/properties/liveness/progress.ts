// Writes go on (P7): an index that was rewritten at least three times without a request before a fault, or before its
// node was stopped, is rewritten again within max(quiet, 10 x its longest gap), as long as the tenant is left where it
// is. A habit outlives its node: after a boot, a load or an attach it is owed again once the tenant is seen Active
// (judging sections 4 and 5). A server that had ceased to write before is not asked to begin again.

import type {
  CompletionLine,
  FaultLine,
  HistoryLine,
  ProcessLine,
  StoreLine,
} from '../../../history/events.ts';
import { isIndexKey } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';
import { type Cause, Demands } from './demands.ts';
import { Habit } from './habit.ts';
import type { LivenessPart } from './part.ts';

/** Habits of a tenant whose life has ended, until the next one begins. */
interface Between {
  readonly habits: Map<string, Habit>;
  /** Where it was brought last, and when; what is seen elsewhere or earlier is not this life. */
  node: string;
  openedAt: number;
  /** A detach or ignore was asked for, or the node ends: what is written still belongs to the life that is over. */
  leaving: boolean;
}

const READS =
  /^(tenant_status|tenant_list|tenant_get_config|timeline_detail|timeline_list|status)$/;

/** The part of P7 that watches for writes. */
export function createProgress(judge: Judge): LivenessPart {
  return new Progress(judge);
}

class Progress implements LivenessPart {
  private readonly judge: Judge;
  private readonly demands: Demands;
  private readonly living = new Map<string, Habit>();
  private readonly byTenant = new Map<string, Set<string>>();
  private readonly between = new Map<string, Between>();
  /** When each fault, or each node's pause, began. */
  private readonly began = new Map<string, number>();
  private open: string | undefined = undefined;

  constructor(judge: Judge) {
    this.judge = judge;
    this.demands = new Demands(judge);
  }

  deciding() {
    return this.demands.judged;
  }

  undecided() {
    return this.open;
  }

  end() {
    this.open = this.demands.end();
  }

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'store') this.stored(line);
    else if (line.stream === 'client') {
      if (line.type !== 'invoke') this.ended(line, call);
      else if (call?.tenant !== undefined && !READS.test(call.op)) this.asked(call, call.tenant);
    } else if (line.stream === 'process') this.lived(line);
    else if (line.stream === 'fault') this.fault(line, call);
    else if (line.stream === 'run' && line.type === 'spoil') this.forget(line.tenant);
    else if (line.stream === 'proxy' && call?.tenant !== undefined) {
      if (line.type === 'request' && call.closes && call.copies > 1) this.forget(call.tenant);
      if (line.type === 'held' || line.type === 'released' || line.type === 'swallowed') {
        this.demands.moved(call.tenant, call.node, line.t);
      }
    }
  }

  private stored(line: StoreLine): void {
    const { tenant } = line;
    if (tenant === undefined) return;
    if (line.fault !== undefined) this.demands.moved(tenant, line.node, line.t);
    if (line.type !== 'committed' || !isIndexKey(line.key)) return;
    if (line.node === 'suite') this.forget(tenant);
    else if (line.op === 'delete' || line.index?.tombstone) this.remove(tenant, line.key);
    else if (line.op === 'put') this.rewritten(line, tenant);
  }

  private rewritten(line: StoreLine, tenant: string): void {
    const between = this.between.get(tenant);
    const old = between?.habits.get(line.key);
    const habit = this.living.get(line.key) ?? old;
    if (!habit) {
      this.settle(new Habit(line, tenant));
      return;
    }
    this.demands.met(habit, line);
    const isOther = habit.last.node !== line.node || habit.last.boot !== line.boot;
    if (between && old && between.leaving) {
      habit.last = line;
      return;
    }
    if (old) between?.habits.delete(line.key);
    // Somebody else writes although nobody asked for it: whatever it is, it is another life.
    else if (isOther) habit.endLife(line.t, this.judge.limits.quiet);
    habit.rewritten(line, this.judge.troubles.lastTouch(tenant, line.node) >= habit.last.t);
    this.settle(habit);
  }

  private settle(habit: Habit): void {
    this.living.set(habit.key, habit);
    memberOf(this.byTenant, habit.tenant, () => new Set()).add(habit.key);
  }

  private remove(tenant: string, key: string): void {
    const habits = [this.living.get(key), this.between.get(tenant)?.habits.get(key)];
    for (const habit of habits) if (habit) this.demands.drop(habit, this.judge.now());
    this.living.delete(key);
    this.byTenant.get(tenant)?.delete(key);
    this.between.get(tenant)?.habits.delete(key);
  }

  private forget(tenant: string): void {
    const keys = [
      ...(this.byTenant.get(tenant) ?? []),
      ...(this.between.get(tenant)?.habits.keys() ?? []),
    ];
    for (const key of keys) this.remove(tenant, key);
    this.byTenant.delete(tenant);
    this.between.delete(tenant);
  }

  /** A request of the tenant: from here on a write may be its answer, and silence its wish. */
  private asked(call: Call, tenant: string): void {
    if (call.op === 'attach' || call.op === 'load') {
      const between = this.endLife(tenant, call.node);
      if (between)
        Object.assign(between, { node: call.node, openedAt: call.invokedAt, leaving: false });
    } else if (call.closes) {
      const between = this.endLife(tenant, call.node);
      if (between) between.leaving = true;
    } else this.forget(tenant);
  }

  /** The tenant's life on its node is over, or another one begins: habits that went on until now are owed again. */
  private endLife(tenant: string, node: string): Between | undefined {
    const now = this.judge.now();
    const between = this.between.get(tenant) ?? {
      habits: new Map<string, Habit>(),
      node,
      openedAt: now,
      leaving: false,
    };
    for (const key of this.byTenant.get(tenant) ?? []) {
      const habit = this.living.get(key)!;
      this.living.delete(key);
      this.demands.drop(habit, now);
      if (habit.endLife(now, this.judge.limits.quiet)) between.habits.set(key, habit);
    }
    for (const habit of between.habits.values()) this.demands.drop(habit, now);
    this.byTenant.delete(tenant);
    if (between.habits.size === 0) {
      this.between.delete(tenant);
      return undefined;
    }
    this.between.set(tenant, between);
    return between;
  }

  private ended(line: CompletionLine, call: Call | undefined): void {
    if (!call || this.between.size === 0) return;
    if (call.op === 'tenant_status') {
      const between = this.between.get(call.tenant ?? '');
      if (between && line.seen?.state === 'Active') this.active(between, line, call);
    } else if (call.op === 'tenant_list' && line.seen?.states) {
      for (const [tenant, between] of this.between) {
        if (line.seen.states[tenant] === 'Active') this.active(between, line, call);
      }
    } else if (call.closes && line.type === 'fail') {
      const between = this.between.get(call.tenant ?? '');
      if (between) between.leaving = false;
    }
  }

  private active(between: Between, line: CompletionLine, call: Call): void {
    if (between.leaving || between.node !== call.node || call.invokedAt < between.openedAt) return;
    const cause = { line, text: 'it is seen Active again', isSameLife: false };
    for (const habit of between.habits.values()) {
      if (!this.demands.has(habit)) this.demands.add(habit, call.node, cause);
    }
  }

  private lived(line: ProcessLine): void {
    const { node } = line;
    if (line.type === 'pause') this.began.set(node, line.t);
    this.demands.moved(undefined, node, line.t);
    if (line.type === 'resume') {
      this.healed({ line, text: 'its process goes on', isSameLife: true }, node, undefined, node);
    } else if (line.type === 'exit' || line.type === 'terminate' || line.type === 'kill') {
      const tenants = new Set<string>();
      for (const habit of this.living.values()) {
        if (habit.last.node === node) tenants.add(habit.tenant);
      }
      for (const [tenant, between] of this.between) if (between.node === node) tenants.add(tenant);
      for (const tenant of tenants) {
        const between = this.endLife(tenant, node);
        if (between) between.leaving = true;
      }
    } else if (line.type === 'spawn') {
      for (const between of this.between.values()) {
        if (between.node === node) Object.assign(between, { openedAt: line.t, leaving: false });
      }
    }
  }

  private fault(line: FaultLine, call: Call | undefined): void {
    if (line.kind === 'store-watch') return;
    if (line.type === 'inject') this.began.set(line.fault, line.t);
    const tenant = line.tenant ?? call?.tenant;
    this.demands.moved(tenant, line.node, line.t);
    if (line.type !== 'heal') return;
    const cause = { line, text: `${line.kind} is healed`, isSameLife: true };
    this.healed(cause, line.fault, tenant, line.node);
    this.began.delete(line.fault);
  }

  private healed(
    cause: Cause,
    trouble: string,
    tenant: string | undefined,
    node: string | undefined,
  ): void {
    const began = this.began.get(trouble) ?? -1;
    const keys = tenant === undefined ? this.living.keys() : (this.byTenant.get(tenant) ?? []);
    for (const key of keys) {
      const habit = this.living.get(key)!;
      if (!habit.isAlive(began) || this.demands.has(habit)) continue;
      if (node === undefined || node === habit.last.node) {
        this.demands.add(habit, habit.last.node, cause);
      }
    }
  }
}
