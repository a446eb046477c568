// What is held for one tenant or client does not hold the others (P7): while a fault strikes one tenant or one call,
// status, list, attach and detach of other tenants answer within `limits.api`. Holds end before three times that limit,
// so a neighbour that was held is told by what freed it: it ends as soon as the fault does. A slow machine is no
// failure: only what ends with the fault, twice, was held by it.

import type { CompletionLine, FaultLine, HistoryLine } from '../../../history/events.ts';
import { evidence, milliseconds, short } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import type { Call } from '../../ownership/calls.ts';
import type { LivenessPart } from './part.ts';

const ISOLATED = new Set(['status', 'tenant_status', 'tenant_list', 'attach', 'detach']);

/** See PATIENCE of P7: here to keep the parts free of a circle. */
const PATIENCE = 3;

/** What ends this soon after a fault had waited for it, ns. */
const AT_ONCE = 1e9;

/** Healed faults that are looked at: calls that are older than the oldest of them were held by something else too. */
const HEALED_MAX = 64;

/** A fault that strikes one tenant, from its first hit on. */
interface Strike {
  readonly fault: FaultLine;
  /** Its first hit, or its beginning as long as none was told. */
  readonly from: FaultLine;
  readonly isHit: boolean;
  readonly healed: FaultLine | undefined;
}

/** The part of P7 that judges neighbours. */
export function createIsolation(judge: Judge): LivenessPart {
  return new Isolation(judge);
}

class Isolation implements LivenessPart {
  private readonly judge: Judge;
  private readonly hits = new Map<string, FaultLine>();
  private readonly begun = new Map<string, FaultLine>();
  private healed: Strike[] = [];
  /** Faults with which a call of each kind on each node ended. */
  private readonly freed = new Map<string, string>();
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  undecided() {
    return undefined;
  }

  end() {}

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'fault') this.fault(line);
    else if (line.stream === 'client' && line.type !== 'invoke' && call) this.answered(line, call);
  }

  private fault(line: FaultLine): void {
    if (line.kind === 'store-watch') return;
    if (line.type === 'inject') this.begun.set(line.fault, line);
    else if (line.type === 'hit') {
      if (!this.hits.has(line.fault)) this.hits.set(line.fault, line);
    } else {
      const strike = this.strikeOf(this.begun.get(line.fault) ?? line, line);
      if (this.tenantOf(strike) !== undefined) this.healed.push(strike);
      if (this.healed.length > HEALED_MAX) this.healed = this.healed.slice(-HEALED_MAX / 2);
      this.hits.delete(line.fault);
      this.begun.delete(line.fault);
    }
  }

  private strikeOf(fault: FaultLine, healed: FaultLine | undefined): Strike {
    const hit = this.hits.get(fault.fault);
    return { fault, from: hit ?? fault, isHit: hit !== undefined, healed };
  }

  private tenantOf({ fault, from }: Strike): string | undefined {
    const call = fault.call ?? from.call;
    return fault.tenant ?? from.tenant ?? (call ? this.judge.calls.get(call)?.tenant : undefined);
  }

  private isNeighbour(strike: Strike, call: Call): boolean {
    const { fault, from } = strike;
    const node = fault.node ?? from.node;
    if (node !== undefined && node !== call.node) return false;
    const struck = this.tenantOf(strike);
    return struck !== undefined && struck !== call.tenant;
  }

  private answered(line: CompletionLine, call: Call): void {
    if (!ISOLATED.has(call.op) || call.touched || line.phase === 'connect') return;
    const { troubles } = this.judge;
    const held = call.tenant === undefined ? -1 : troubles.lastTouch(call.tenant, call.node);
    if (troubles.isNodeTroubled(call.node)) return;
    if (held >= call.invokedAt || troubles.lastNodeTrouble(call.node) >= call.invokedAt) return;
    this.duringFault(line, call);
    this.endedWithFault(line, call);
  }

  /** Answered while a fault was on: in time, or not. */
  private duringFault(line: CompletionLine, call: Call): void {
    const fault = this.judge.troubles
      .active()
      .find((each) => this.isNeighbour(this.strikeOf(each, undefined), call));
    if (!fault) return;
    this.judged += 1;
    const took = line.t - Math.max(call.invokedAt, fault.t);
    const limit = this.judge.limits.api * 1e6;
    if (took <= limit) return;
    const strike = this.strikeOf(fault, undefined);
    this.complain(line, call, strike, took, took >= PATIENCE * limit);
  }

  /** Answered only when a fault that had struck another tenant was healed. */
  private endedWithFault(line: CompletionLine, call: Call): void {
    for (const strike of this.healed) {
      const { healed, from, isHit, fault } = strike;
      if (!healed || !isHit || healed.t < call.invokedAt || line.t - healed.t > AT_ONCE) continue;
      const took = healed.t - Math.max(call.invokedAt, from.t);
      if (took <= this.judge.limits.api * 1e6 || !this.isNeighbour(strike, call)) continue;
      this.judged += 1;
      const kind = `${call.op} ${call.node}`;
      const before = this.freed.get(kind);
      this.freed.set(kind, fault.fault);
      this.complain(line, call, strike, took, before !== undefined && before !== fault.fault);
      return;
    }
  }

  private complain(
    line: CompletionLine,
    call: Call,
    strike: Strike,
    took: number,
    fails: boolean,
  ): void {
    const { fault, from, healed } = strike;
    const until = healed ? 'until the end of a fault that' : 'while a fault';
    this.judge.complain('P7', {
      level: fails ? 'fail' : 'warn',
      damage: 'stuck',
      message:
        `${call.op} on ${call.node} waited ${milliseconds(took)} ${until} held only ` +
        `tenant ${short(this.tenantOf(strike))}`,
      expected: `an answer within ${this.judge.limits.api} ms`,
      tenant: call.tenant,
      node: call.node,
      scenario: call.scenario ?? line.scenario,
      evidence: [
        evidence(from, `${fault.kind} strikes another tenant`),
        healed
          ? evidence(healed, 'it is healed')
          : { i: call.i, t: call.invokedAt, text: `${call.op} is sent` },
        evidence(line, `${call.op}, sent at ${milliseconds(call.invokedAt)}, ends`),
      ],
    });
  }
}
