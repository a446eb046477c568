// Writes go on after healing (P7): an index that was rewritten at least three times without a request before a fault is
// rewritten again within max(quiet, 10 x its longest gap), as long as the tenant is left where it is.

import type { FaultLine, HistoryLine, StoreLine } from '../../../history/events.ts';
import { evidence, isIndexKey, milliseconds, short } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';
import type { LivenessPart } from './part.ts';

/** Rewrites before the fault that make a habit (judging section 5). */
const HABIT_MIN = 3;

/** Longest gaps to wait for the next rewrite. */
const GAPS = 10;

interface Index {
  readonly tenant: string;
  readonly node: string;
  readonly boot: number;
  last: StoreLine;
  rewrites: number;
  longestGap: number;
  /** The end of the fault after which a rewrite is due, and when. */
  healed: FaultLine | undefined;
  due: number;
}

const READS =
  /^(tenant_status|tenant_list|tenant_get_config|timeline_detail|timeline_list|status)$/;

/** The part of P7 that watches for writes. */
export function createProgress(judge: Judge): LivenessPart {
  return new Progress(judge);
}

class Progress implements LivenessPart {
  private readonly judge: Judge;
  private readonly indexes = new Map<string, Index>();
  private readonly byTenant = new Map<string, Set<string>>();
  private judged = 0;
  private open: string | undefined = undefined;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  undecided() {
    return this.open;
  }

  end() {
    for (const index of this.indexes.values()) {
      if (!index.healed) continue;
      if (this.judge.now() > index.due) {
        this.judged += 1;
        this.judge.credit(index.tenant);
        this.complain(index, undefined);
      } else this.open = `writes of tenant ${short(index.tenant)} were not watched to the end`;
    }
  }

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'store') {
      if (line.type !== 'committed' || line.op !== 'put' || line.tenant === undefined) return;
      if (line.node !== 'suite' && isIndexKey(line.key)) this.rewritten(line, line.tenant);
    } else if (line.stream === 'client') {
      // A request of the tenant: from here on a write may be its answer, and silence its wish.
      if (line.type === 'invoke' && call?.tenant && !READS.test(call.op)) this.forget(call.tenant);
    } else if (line.stream === 'process') {
      if (line.type === 'exit' || line.type === 'terminate' || line.type === 'kill') {
        for (const index of [...this.indexes.values()]) {
          if (index.node === line.node) this.forget(index.tenant);
        }
      }
    } else if (line.stream === 'fault' && line.type === 'heal') this.healed(line, call);
  }

  private rewritten(line: StoreLine, tenant: string): void {
    const index = this.indexes.get(line.key);
    if (!index || index.node !== line.node || index.boot !== line.boot) {
      this.indexes.set(line.key, newIndex(line, tenant));
      const keys = memberOf(this.byTenant, tenant, () => new Set());
      keys.add(line.key);
      return;
    }
    if (index.healed) {
      this.judged += 1;
      if (line.t > index.due) this.complain(index, line);
      index.healed = undefined;
    } else if (this.judge.troubles.lastTouch(tenant, line.node) < index.last.t) {
      index.rewrites += 1;
      index.longestGap = Math.max(index.longestGap, line.t - index.last.t);
    }
    index.last = line;
  }

  private forget(tenant: string): void {
    for (const key of this.byTenant.get(tenant) ?? []) this.indexes.delete(key);
    this.byTenant.delete(tenant);
  }

  private healed(line: FaultLine, call: Call | undefined): void {
    const tenant = line.tenant ?? call?.tenant;
    const keys = tenant === undefined ? this.indexes.keys() : (this.byTenant.get(tenant) ?? []);
    for (const key of keys) {
      const index = this.indexes.get(key);
      if (!index || index.rewrites < HABIT_MIN) continue;
      if (line.node !== undefined && line.node !== index.node) continue;
      index.healed = line;
      index.due = line.t + Math.max(this.judge.limits.quiet * 1e6, GAPS * index.longestGap);
    }
  }

  private complain(index: Index, line: HistoryLine | undefined): void {
    const { healed, tenant, node } = index;
    if (!healed) return;
    this.judge.complain('P7', {
      kind: this.judge.taintOf(tenant) ?? 'server',
      damage: 'stuck',
      message: `${node} stopped writing tenant ${short(tenant)} after a fault that is healed`,
      expected: `its index is rewritten by ${milliseconds(index.due)}`,
      actual: line ? `at ${milliseconds(line.t)}` : 'never again',
      tenant,
      node,
      scenario: healed.scenario,
      evidence: [
        evidence(index.last, `the last of ${index.rewrites} rewrites without a request`),
        evidence(healed, `${healed.kind} is healed`),
        ...(line ? [evidence(line, 'the next rewrite')] : []),
      ],
    });
  }
}

function newIndex(line: StoreLine, tenant: string): Index {
  return {
    tenant,
    node: line.node,
    boot: line.boot,
    last: line,
    rewrites: 0,
    longestGap: 0,
    healed: undefined,
    due: 0,
  };
}
