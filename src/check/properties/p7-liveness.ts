// P7. After healing every tenant is attached exactly where it was asked to be, answers, and its writes go on; nothing
// waits for ever; what is held for one tenant does not hold another (judging section 5). Limits are the target's own
// and count from the moment when nothing of that tenant is held. Three times the limit is `fail`, in between is `warn`.
// A tenant with an unresolved call is not judged: either end is right.

import type { Evidence } from '../../core/finding.ts';
import type { CompletionLine, HistoryLine, ProcessLine } from '../../history/events.ts';
import { evidence, milliseconds, short } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import type { Call } from '../ownership/calls.ts';
import { createIsolation } from './liveness/isolation.ts';
import type { LivenessPart } from './liveness/part.ts';
import { createPlacement } from './liveness/placement.ts';
import { createProgress } from './liveness/progress.ts';

/** A limit that passes is a `warn`, this many times the limit a `fail` (judging section 5). */
export const PATIENCE = 3;

/** The sweep of P7. */
export function createLivenessSweep(judge: Judge): PropertySweep {
  return new LivenessSweep(judge);
}

class LivenessSweep implements PropertySweep {
  readonly id = 'P7';
  private readonly judge: Judge;
  private readonly parts: readonly LivenessPart[];
  private readonly lastCall = new Map<string, Call>();
  private readonly terminated = new Map<string, ProcessLine>();
  /** Nodes that were ready or called once. Any other could not be started, which is no matter of liveness. */
  private readonly started = new Set<string>();
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
    this.parts = [
      createPlacement(this.judge),
      createProgress(this.judge),
      createIsolation(this.judge),
    ];
  }

  deciding() {
    let sum = this.judged;
    for (const part of this.parts) sum += part.deciding();
    return sum;
  }

  undecided() {
    return this.parts.map((part) => part.undecided()).find((reason) => reason !== undefined);
  }

  end(whole: boolean): void {
    for (const part of this.parts) part.end(whole);
    for (const call of this.judge.calls.open()) this.neverEnded(call);
  }

  line(line: HistoryLine, call: Call | undefined): void {
    for (const part of this.parts) part.line(line, call);
    if (line.stream === 'process') this.lived(line);
    else if (line.stream === 'client' && call) {
      if (line.type === 'invoke') {
        this.lastCall.set(line.node, call);
        this.started.add(line.node);
      } else this.ended(line, call);
    }
  }

  private ended(line: CompletionLine, call: Call): void {
    const limitMs = limitOf(this.judge, call);
    if (limitMs === undefined || line.phase === 'connect') return;
    // That a status was answered is no evidence that anything lives.
    if (call.opens || call.closes) this.judged += 1;
    const took = this.freeTime(call, line.t);
    if (took <= limitMs * 1e6) return;
    const stuck = took >= PATIENCE * limitMs * 1e6;
    // A client that gave up before the end of our patience proves nothing.
    if (line.status === undefined && line.type !== 'ok' && !stuck) return;
    this.tooLong(call, took, limitMs, stuck, {
      actual: line.status === undefined ? `none (${line.error ?? 'given up'})` : `${line.status}`,
      evidence: evidence(
        line,
        line.status === undefined ? 'the client gives up' : 'it is answered',
      ),
    });
  }

  /** The history is over, and the call's client still waits. */
  private neverEnded(call: Call): void {
    const limitMs = limitOf(this.judge, call);
    if (limitMs === undefined) return;
    const took = this.freeTime(call, this.judge.now());
    if (took < PATIENCE * limitMs * 1e6) return;
    this.tooLong(call, took, limitMs, true, { actual: 'none until the end of the history' });
  }

  /** How long the call had been waiting at `t` while nothing held it, ns; 0 where no answer is owed to its client. */
  private freeTime(call: Call, t: number): number {
    // Nobody can tell how long a call of no tenant was held.
    if (call.lost || (call.touched && call.tenant === undefined)) return 0;
    const held = this.judge.troubles.lastTouch(call.tenant ?? '', call.node);
    return t - Math.max(call.invokedAt, held);
  }

  private tooLong(
    call: Call,
    took: number,
    limitMs: number,
    stuck: boolean,
    end: { readonly actual: string; readonly evidence?: Evidence },
  ): void {
    this.judge.complain('P7', {
      level: stuck ? 'fail' : 'warn',
      kind: this.judge.taintOf(call.tenant) ?? 'server',
      damage: 'stuck',
      message:
        `${call.op} of tenant ${short(call.tenant)} on ${call.node} took ` +
        `${milliseconds(took)} although nothing held it`,
      expected: `an answer within ${limitMs} ms`,
      actual: end.actual,
      tenant: call.tenant,
      node: call.node,
      scenario: call.scenario,
      evidence: [
        { i: call.i, t: call.invokedAt, text: `${call.op} is sent` },
        ...(end.evidence ? [end.evidence] : []),
      ],
    });
  }

  private lived(line: ProcessLine): void {
    const boot = `${line.node}#${line.boot}`;
    if (line.type === 'ready') this.started.add(line.node);
    if (line.type === 'terminate') this.terminated.set(boot, line);
    const asked = this.terminated.get(boot);
    if (line.type === 'kill' && asked && line.t - asked.t >= this.judge.limits.stop * 1e6) {
      this.judge.complain('P7', {
        level: 'warn',
        damage: 'stuck',
        message: `${line.node} did not stop within ${this.judge.limits.stop} ms of SIGTERM`,
        node: line.node,
        scenario: line.scenario,
        evidence: [evidence(asked, 'SIGTERM'), evidence(line, 'SIGKILL was needed')],
      });
    }
    if (line.type !== 'exit') return;
    this.terminated.delete(boot);
    if (line.asked === false && this.started.has(line.node)) this.exited(line);
  }

  private exited(line: ProcessLine): void {
    const call = this.lastCall.get(line.node);
    this.judge.complain('P7', {
      damage: 'stuck',
      message: `${line.node} ended by itself (code ${line.code ?? '-'}, signal ${line.signal ?? '-'})`,
      expected: 'a process that goes on',
      // It is everybody's process: that its last call was a control's excuses nothing.
      tenant: this.judge.isControl(call?.tenant) ? undefined : call?.tenant,
      node: line.node,
      scenario: call?.scenario ?? line.scenario,
      evidence: [
        ...(call ? [{ i: call.i, t: call.invokedAt, text: `the last call: ${call.op}` }] : []),
        evidence(line, 'the process is gone'),
      ],
    });
  }
}

/** The target's limit for one call, milliseconds; undefined where it has none. */
function limitOf(judge: Judge, call: Call): number | undefined {
  if (call.op === 'attach' || call.op === 'load') return judge.limits.attach;
  if (call.op === 'detach' || call.op === 'ignore') return judge.limits.detach;
  if (call.op === 'tenant_status' || call.op === 'tenant_list' || call.op === 'status') {
    return judge.limits.api;
  }
  return undefined;
}
