// P2. A node writes a tenant only while it may own it: each mutation that a boot of the node sends for the tenant
// commits inside that boot's may-own, as the node itself said it (the first byte of its answer at the proxy). What
// was received before the 200 of the detach and commits after it is broken as well. After the 200 of a timeline's
// deletion nothing is put below that timeline until it is created again. A tenant that is shown after its detach, or
// where it was never given, counts like a write (judging sections 1, 2, 4).
//
// Not the server's: a commit whose connection the fault lane ended, or which had waited at the store for as long as
// `limits.store` when its node gave it up, or that comes when its boot is dead and was its owner until then; the store
// can't fence those (section 3), so they are `unclear`. What the lane itself held over the death is nobody's and is not
// told.

import type { CompletionLine, HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, interval, isMutation, short, storeText, why } from '../evidence.ts';
import type { Judge, Lack, PropertySweep } from '../judge.ts';
import type { Call } from '../ownership/calls.ts';
import { type Holding, mayOwn } from '../ownership/view.ts';
import { createDeletions } from './deletions.ts';
import { createGiven } from './given.ts';

/** The sweep of P2. */
export function createConflictSweep(judge: Judge): PropertySweep {
  return new ConflictSweep(judge);
}

class ConflictSweep implements PropertySweep {
  readonly id = 'P2';
  private readonly judge: Judge;
  private readonly deletions = createDeletions();
  /** Lines that told a death. */
  private readonly deaths = new Set<number>();
  /** Requests on their way that a fault of the lane has struck. */
  private readonly struck = new Set<string>();
  private readonly given = createGiven();
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  end() {}

  unsupported() {
    return needsTap(this.judge);
  }

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'store') {
      if (line.type === 'committed' && isMutation(line)) this.committed(line);
      if (line.type === 'answered' || line.type === 'dropped') this.struck.delete(line.req);
    } else if (line.stream === 'fault') {
      if (line.type === 'hit' && line.req !== undefined) this.struck.add(line.req);
    } else if (line.stream === 'process') {
      if (line.type === 'exit') this.deaths.add(line.i);
    } else if (line.stream === 'client') {
      this.deletions.client(line, call);
      if (line.type === 'invoke') this.given.invoked(line);
      if (line.type !== 'invoke' && call) this.shown(line, call);
    } else if (line.stream === 'proxy' && line.type === 'answer') {
      this.deletions.answered(line, call);
    }
  }

  private committed(line: StoreLine): void {
    const tenant = line.tenant;
    if (tenant === undefined || line.node === 'suite') return;
    this.judged += 1;
    const holding = this.judge.node.holding(line.node, tenant);
    if (!mayOwn(holding, line.boot)) this.outside(line, tenant, holding);
    const deleted = line.op === 'delete' ? undefined : this.deletions.of(tenant, line.timeline);
    if (!deleted) return;
    const { fencing } = this.judge;
    const isBeyond = fencing.isBeyond(line) || fencing.hadWaited(line, deleted.t);
    this.judge.complain('P2', {
      kind: isBeyond ? 'unclear' : 'server',
      damage: 'conflict',
      message: `${line.node} writes below timeline ${short(line.timeline)} after its deletion was confirmed`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [deleted, evidence(line, storeText(line))],
    });
  }

  private outside(line: StoreLine, tenant: string, holding: Holding | undefined): void {
    const closed = holding?.closed;
    // What the dead had sent while it might, nobody can call back; what was sent later comes from something that survived.
    const receivedAt = this.judge.fencing.receivedAt(line) ?? line.t;
    const isOfTheDead = closed !== undefined && this.deaths.has(closed.i) && receivedAt < closed.t;
    // The lane kept it over the death and let it go on purpose (section 3): that is the scenario's own doing.
    if (isOfTheDead && this.struck.has(line.req)) return;
    const unclear = isOfTheDead || this.judge.fencing.isBeyond(line);
    this.judge.complain('P2', {
      kind: unclear ? 'unclear' : 'server',
      damage: 'conflict',
      message: closed
        ? `${line.node} changes tenant ${short(tenant)} in the store after ${closed.text}`
        : `${line.node} changes tenant ${short(tenant)} in the store, which it was never given`,
      expected: holding ? span(holding) : 'no write at all',
      actual: `boot ${line.boot}: ${storeText(line)} at ${(line.t / 1e6).toFixed(1)} ms`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [
        ...(closed ? [{ i: closed.i, t: closed.t, text: closed.text }] : []),
        evidence(line, storeText(line)),
      ],
    });
  }

  private shown(line: CompletionLine, call: Call): void {
    if (line.type !== 'ok' || !line.seen) return;
    if (call.op === 'tenant_status' && call.tenant !== undefined && line.seen.state) {
      this.shownTenant(line, call, call.tenant);
    }
    if (call.op === 'tenant_list') {
      for (const tenant of line.seen.tenants ?? []) this.shownTenant(line, call, tenant);
    }
  }

  private shownTenant(line: CompletionLine, call: Call, tenant: string): void {
    const holding = this.judge.node.holding(call.node, tenant);
    // An ignored tenant may be listed by some servers; a detached one must be gone.
    if (holding && (holding.reasons.length > 0 || holding.disk)) return;
    if (!holding?.closed) {
      // A look that was asked for before the refusal came may show what was refused then.
      const refusedAt = holding?.refusedAt ?? -1;
      if (refusedAt < call.invokedAt) this.shownUngiven(line, call, tenant, refusedAt >= 0);
      return;
    }
    if (holding.closed.t >= call.invokedAt) return;
    this.judge.complain('P2', {
      damage: 'conflict',
      message: `${call.node} still shows tenant ${short(tenant)} after ${holding.closed.text}`,
      expected: span(holding),
      actual: `shown by ${call.op} (${call.id})`,
      tenant,
      node: call.node,
      scenario: line.scenario,
      evidence: [
        { i: holding.closed.i, t: holding.closed.t, text: holding.closed.text },
        evidence(line, `the tenant is shown by ${call.op}`),
      ],
    });
  }

  private shownUngiven(line: CompletionLine, call: Call, tenant: string, isRefused: boolean): void {
    const elsewhere = this.given.elsewhere(tenant, call);
    if (!elsewhere) return;
    this.judge.complain('P2', {
      kind: this.judge.taintOf(tenant) ?? 'server',
      damage: 'conflict',
      message:
        `${call.node} shows tenant ${short(tenant)}, which it ` +
        (isRefused ? 'had refused' : 'was never given'),
      expected: 'a tenant only after an attach, create or load',
      actual: `shown by ${call.op} (${call.id})`,
      tenant,
      node: call.node,
      scenario: line.scenario,
      evidence: [elsewhere, evidence(line, `the tenant is shown by ${call.op}`)],
    });
  }
}

/** Why P2–P6 can't be judged: the writes were not watched. */
export function needsTap(judge: Judge): Lack | undefined {
  return judge.header?.tap === false ? NO_TAP : undefined;
}

const NO_TAP: Lack = {
  capability: 'tap',
  reason: 'the writes of this target are not seen: its store is not behind our tap',
};

function span(holding: Holding): string {
  const { closedReason, closed } = holding;
  if (!closedReason || !closed) return 'a write only after an attach, create or load';
  return `writes inside ${interval(closedReason.t, closed.t)} only (${why(closedReason)})`;
}
