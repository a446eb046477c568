// P1. Nobody makes a second node own a tenant while a first one still may: no attach, create or load is sent to a
// node, and no node that possibly has the tenant on its disk is started, as long as another node's may-own is open in
// the times that the client knew. It is the control plane that breaks this rule, so the finding says `unclear`; a
// duplicate that the network delivered late is a gap of the document and says `document` (judging sections 4 and 6).
//
// Two boots of one data directory are one node here: the directory's lock is the server's own promise.

import type { HistoryLine, InvokeLine, ProcessLine, ProxyLine } from '../../history/events.ts';
import { evidence, interval, opening, short, why } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { type Call, isOpener } from '../ownership/calls.ts';
import { type Holding, wouldLoad } from '../ownership/view.ts';

/** The sweep of P1. */
export function createHazardSweep(judge: Judge): PropertySweep {
  return new HazardSweep(judge);
}

class HazardSweep implements PropertySweep {
  readonly id = 'P1';
  private readonly judge: Judge;
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
      if (line.type === 'invoke' && isOpener(line.op)) this.invoked(line);
    } else if (line.stream === 'process') {
      if (line.type === 'spawn') this.started(line);
    } else if (line.stream === 'proxy' && line.type === 'request') this.delivered(line, call);
  }

  private invoked(line: InvokeLine): void {
    if (line.tenant === undefined) return;
    this.judged += 1;
    for (const other of this.judge.client.holdingsOf(line.tenant)) {
      if (other.node === line.node || other.reasons.length === 0) continue;
      this.hazard(other, line, `${line.op} is sent to ${line.node}`);
    }
  }

  private started(line: ProcessLine): void {
    for (const own of this.judge.client.holdingsAt(line.node)) {
      if (!wouldLoad(own)) continue;
      this.judged += 1;
      for (const other of this.judge.client.holdingsOf(own.tenant)) {
        if (other.node === line.node || other.reasons.length === 0) continue;
        this.hazard(other, line, `${line.node} is started with the tenant possibly on its disk`);
      }
    }
  }

  private delivered(line: ProxyLine, call: Call | undefined): void {
    if (!call?.opens || call.tenant === undefined || call.copies < 2) return;
    this.judged += 1;
    for (const other of this.judge.client.holdingsOf(call.tenant)) {
      if (other.node === call.node || other.reasons.length === 0) continue;
      this.duplicate(other, line, call.tenant, call.op);
    }
  }

  private hazard(other: Holding, line: InvokeLine | ProcessLine, act: string): void {
    const first = other.reasons[0]!;
    this.judge.taint(other.tenant, 'unclear');
    this.judge.complain('P1', {
      kind: 'unclear',
      damage: 'hazard',
      message:
        `${act} while ${other.node} may still own tenant ${short(other.tenant)}: ` +
        'two nodes may write it',
      expected: `nothing before ${other.node}'s may-own ${interval(first.t)} is closed`,
      actual: `${line.node}'s may-own ${interval(line.t)} opens inside it`,
      tenant: other.tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [opening(other.node, first), evidence(line, `${line.node} may own it too: ${act}`)],
    });
  }

  private duplicate(other: Holding, line: ProxyLine, tenant: string, op: string): void {
    const first = other.reasons[0]!;
    this.judge.taint(tenant, 'document');
    this.judge.complain('P1', {
      level: 'warn',
      kind: 'document',
      damage: 'hazard',
      message:
        `a further copy of an ${op} reached ${line.node} while ${other.node} may own tenant ` +
        `${short(tenant)}: the document gives no way to refuse it`,
      expected: `one owner: ${other.node} ${interval(first.t)}`,
      actual: `${line.node} may own it again ${interval(line.t)}, ${why(first)} stands`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [opening(other.node, first), evidence(line, 'the late copy is delivered')],
    });
  }
}
