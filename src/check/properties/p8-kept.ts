// P8. What was acknowledged stays: timelines and their ancestors survive restart, load and move, deleted ones stay away,
// config overrides survive restart and load (a detach may drop them), `last_record_lsn` is never below a
// `disk_consistent_lsn` shown before (restart) or a `remote_consistent_lsn` shown before (move). A read is judged only
// while the tenant is seen Active on that node, and only by what was acknowledged before the read was sent. In the
// `documented` profile a created timeline that was never shown as uploaded and is lost by a move is a `warn`
// (judging sections 4 and 6). A tenant whose data the suite spoiled is left out from then on.

import type { Evidence } from '../../core/finding.ts';
import type { CompletionLine, HistoryLine, InvokeLine } from '../../history/events.ts';
import { evidence, isIndexKey, short } from '../evidence.ts';
import type { Complaint, Judge, PropertySweep } from '../judge.ts';
import { memberOf } from '../member.ts';
import type { Call } from '../ownership/calls.ts';
import { createOverrides } from './kept/overrides.ts';
import { createTimelines, type Loss } from './kept/timelines.ts';

/** One life of a tenant on one node: from the call or boot that brought it there. */
interface Stay {
  /** When it was seen Active; Infinity before. */
  activeAt: number;
  /** When a call or a boot last may have changed that. */
  changedAt: number;
  /** Number of the lineage: another one means that the tenant was moved, or attached anew. */
  lineage: number;
}

/** The sweep of P8. */
export function createKeptSweep(judge: Judge): PropertySweep {
  return new KeptSweep(judge);
}

class KeptSweep implements PropertySweep {
  readonly id = 'P8';
  private readonly judge: Judge;
  private readonly stays = new Map<string, Map<string, Stay>>();
  private readonly timelines = createTimelines();
  private readonly overrides = createOverrides();
  private readonly spoiled = new Set<string>();
  private lineages = 0;
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  end() {}

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'client') {
      if (call) this.client(line, call);
    } else if (line.stream === 'process') {
      if (line.type !== 'spawn' && line.type !== 'exit' && line.type !== 'emptied') return;
      for (const stay of this.stays.get(line.node)?.values() ?? []) {
        stay.activeAt = Infinity;
        stay.changedAt = line.t;
        if (line.type === 'emptied') stay.lineage = 0;
      }
    } else if (line.stream === 'store') {
      if (line.type !== 'committed' || line.op !== 'put' || line.node === 'suite') return;
      if (line.tenant && line.timeline && isIndexKey(line.key)) {
        this.timelines.uploaded(line.tenant, line.timeline);
      }
    } else if (line.stream === 'run' && line.type === 'spoil') this.spoiled.add(line.tenant);
  }

  private stayOf(node: string, tenant: string): Stay {
    const tenants = memberOf(this.stays, node, () => new Map<string, Stay>());
    return memberOf(tenants, tenant, () => ({ activeAt: Infinity, changedAt: -1, lineage: 0 }));
  }

  /** A call of the tenant begins or ends that may change what the node holds; it must be seen Active again. */
  private changing(line: InvokeLine | CompletionLine, call: Call, tenant: string): void {
    if (call.op === 'tenant_config') this.overrides.forget(call.node, tenant, line.t);
    if (!call.opens && !call.closes) return;
    if (line.type === 'fail') return;
    const stay = this.stayOf(call.node, tenant);
    stay.activeAt = Infinity;
    stay.changedAt = line.t;
    if (call.op === 'load' || call.op === 'ignore') return;
    this.overrides.forget(call.node, tenant, line.t);
    if (line.type === 'invoke' || call.op === 'detach') return;
    this.lineages += 1;
    stay.lineage = this.lineages;
  }

  private configuring(line: InvokeLine | CompletionLine, call: Call, tenant: string): void {
    if (call.op !== 'tenant_config' && call.op !== 'tenant_create') return;
    this.overrides.set(tenant, line, call);
  }

  private active(line: CompletionLine, call: Call): void {
    const seen = line.seen;
    if (!seen || line.type !== 'ok') return;
    if (call.op === 'tenant_status' && seen.state === 'Active')
      this.activate(call, call.tenant, line);
    if (call.op !== 'tenant_list') return;
    for (const [tenant, state] of Object.entries(seen.states ?? {})) {
      if (state === 'Active') this.activate(call, tenant, line);
    }
  }

  private activate(call: Call, tenant: string | undefined, line: CompletionLine): void {
    if (tenant === undefined) return;
    const stay = this.stayOf(call.node, tenant);
    if (call.invokedAt <= stay.changedAt) return;
    stay.activeAt = Math.min(stay.activeAt, line.t);
  }

  private read(line: CompletionLine, call: Call, tenant: string): void {
    const stay = this.stayOf(call.node, tenant);
    const losses: Loss[] = [];
    const isJudged = stay.activeAt <= call.invokedAt && !this.spoiled.has(tenant);
    if (line.seen?.timelines) {
      losses.push(...this.timelines.shown(tenant, line, call, stay.lineage, isJudged));
    } else if (call.op === 'timeline_detail' && line.status === 404) {
      losses.push(...this.timelines.absent(tenant, line, call, stay.lineage, isJudged));
    }
    if (call.op === 'tenant_get_config' && line.seen?.overrides) {
      losses.push(...this.overrides.shown(tenant, line, call, isJudged, stay.changedAt));
    }
    if (isJudged) this.judged += 1;
    for (const loss of losses)
      this.judge.complain('P8', this.complaintOf(loss, line, call, tenant));
  }

  private complaintOf(loss: Loss, line: CompletionLine, call: Call, tenant: string): Complaint {
    const before: readonly Evidence[] = loss.before;
    const isExcused = loss.neverUploaded === true && this.judge.profile === 'documented';
    return {
      level: isExcused ? 'warn' : 'fail',
      kind: this.judge.taintOf(tenant) ?? 'server',
      damage: 'corruption',
      message: `tenant ${short(tenant)} on ${call.node}: ${loss.what}`,
      ...(loss.expected === undefined ? {} : { expected: loss.expected }),
      ...(loss.actual === undefined ? {} : { actual: loss.actual }),
      tenant,
      node: call.node,
      scenario: line.scenario,
      evidence: [...before, evidence(line, `${call.op} answers ${line.status ?? line.type}`)],
    };
  }

  private client(line: HistoryLine & { stream: 'client' }, call: Call): void {
    if (line.type === 'invoke') {
      if (call.tenant === undefined) return;
      this.changing(line, call, call.tenant);
      this.configuring(line, call, call.tenant);
      this.timelines.invoked(line, call);
      return;
    }
    this.active(line, call);
    if (call.tenant === undefined) return;
    this.changing(line, call, call.tenant);
    this.configuring(line, call, call.tenant);
    const changedTimelines = this.timelines.ended(
      line,
      call,
      this.stayOf(call.node, call.tenant).lineage,
    );
    if (!changedTimelines) this.read(line, call, call.tenant);
  }
}
