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
  let deciding = 0;

  function invoked(line: InvokeLine): void {
    if (line.tenant === undefined) return;
    deciding += 1;
    for (const other of judge.client.holdingsOf(line.tenant)) {
      if (other.node === line.node || other.reasons.length === 0) continue;
      hazard(other, line, `${line.op} is sent to ${line.node}`);
    }
  }
  function started(line: ProcessLine): void {
    for (const own of judge.client.holdingsAt(line.node)) {
      if (!wouldLoad(own)) continue;
      deciding += 1;
      for (const other of judge.client.holdingsOf(own.tenant)) {
        if (other.node === line.node || other.reasons.length === 0) continue;
        hazard(other, line, `${line.node} is started with the tenant possibly on its disk`);
      }
    }
  }
  function delivered(line: ProxyLine, call: Call | undefined): void {
    if (!call?.opens || call.tenant === undefined || call.copies < 2) return;
    deciding += 1;
    for (const other of judge.client.holdingsOf(call.tenant)) {
      if (other.node === call.node || other.reasons.length === 0) continue;
      duplicate(other, line, call.tenant, call.op);
    }
  }
  function hazard(other: Holding, line: InvokeLine | ProcessLine, act: string): void {
    const first = other.reasons[0]!;
    judge.taint(other.tenant, 'unclear');
    judge.complain('P1', {
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
  function duplicate(other: Holding, line: ProxyLine, tenant: string, op: string): void {
    const first = other.reasons[0]!;
    judge.taint(tenant, 'document');
    judge.complain('P1', {
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
  return {
    id: 'P1',
    deciding: () => deciding,
    end: () => {},
    line(line: HistoryLine, call) {
      if (line.stream === 'client') {
        if (line.type === 'invoke' && isOpener(line.op)) invoked(line);
      } else if (line.stream === 'process') {
        if (line.type === 'spawn') started(line);
      } else if (line.stream === 'proxy' && line.type === 'request') delivered(line, call);
    },
  };
}
