// Each tenant ends attached exactly where the scenario asked (P7): Active there, absent everywhere else.

import type {
  CompletionLine,
  HistoryLine,
  PlaceLine,
  TenantState,
} from '../../../history/events.ts';
import { evidence, milliseconds, short } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';
import type { LivenessPart } from './part.ts';
import { createStays, type Stay, type Stays } from './stays.ts';

/** See PATIENCE of P7: here to keep the parts free of a circle. */
const PATIENCE = 3;

type Shown = TenantState | 'absent';

/** The newest look at a tenant on one node. */
interface Look {
  readonly line: CompletionLine;
  readonly shown: Shown;
  /** When the look was asked for. */
  readonly from: number;
  /** The stay that is Broken although no trouble of the store had touched it. */
  readonly groundless: Stay | undefined;
}

interface Tenant {
  asked: PlaceLine | undefined;
  readonly looks: Map<string, Look>;
  /** The latest look at the asked node that was not Active. */
  lastInactive: number;
  /** Statuses of the asked node that got no answer at all, one after the other: the first and the last. */
  blind: { readonly from: CompletionLine; to: CompletionLine } | undefined;
  /** When a further copy of a detach or ignore was delivered: it ends what nobody asked to end. */
  copiedAt: number;
  /** End of the newest state-changing call of the tenant, wherever. */
  changedAt: number;
  readonly pending: Set<Call>;
}

const CHANGING = new Set(['attach', 'detach', 'ignore', 'load', 'tenant_create']);

/** The part of P7 that judges places. */
export function createPlacement(judge: Judge): LivenessPart {
  return new Placement(judge);
}

class Placement implements LivenessPart {
  private readonly judge: Judge;
  private readonly tenants = new Map<string, Tenant>();
  private readonly stays: Stays;
  private readonly deadBoots = new Set<string>();
  private judged = 0;
  private open: string | undefined = undefined;

  constructor(judge: Judge) {
    this.judge = judge;
    this.stays = createStays(judge);
  }

  deciding() {
    return this.judged;
  }

  undecided() {
    return this.open;
  }

  end() {
    let first: string | undefined;
    for (const [id, tenant] of this.tenants) {
      this.open = undefined;
      this.judgeTenant(id, tenant);
      this.judge.credit(id);
      if (this.open !== undefined) this.judge.leaveOpen('P7', id, this.open);
      first ??= this.open;
    }
    this.open = first;
  }

  line(line: HistoryLine, call: Call | undefined): void {
    this.stays.line(line, call);
    if (line.stream === 'run' && line.type === 'place') {
      this.ask(line.tenant, this.tenantOf(line.tenant), line);
    } else if (line.stream === 'client' && call) {
      if (call.tenant !== undefined && CHANGING.has(call.op)) this.changed(line, call);
      else if (line.type !== 'invoke') this.looked(line, call);
    } else if (line.stream === 'proxy') {
      if (line.type !== 'request' || !call?.closes || call.copies < 2) return;
      if (call.tenant !== undefined) this.tenantOf(call.tenant).copiedAt = line.t;
    } else if (line.stream === 'process') {
      if (line.type === 'exit') this.deadBoots.add(`${line.node}#${line.boot}`);
      else if (line.type === 'emptied') this.emptied(line.node);
    }
  }

  /** Judges what was asked for until now, and gives it up: nobody has to wait for it any more. */
  private ask(id: string, tenant: Tenant, asked: PlaceLine | undefined): void {
    const { open } = this;
    this.judgeTenant(id, tenant);
    this.open = open;
    tenant.asked = asked;
    tenant.looks.clear();
    tenant.lastInactive = -1;
    tenant.blind = undefined;
  }

  /** We took its disk: no node without one owes anybody a tenant. */
  private emptied(node: string): void {
    for (const [id, tenant] of this.tenants) {
      if (tenant.asked?.node !== node) continue;
      this.ask(id, tenant, undefined);
      this.judge.credit(id);
    }
  }

  private tenantOf(id: string): Tenant {
    const tenant = memberOf(this.tenants, id, () => newTenant());
    return tenant;
  }

  private look(id: string, line: CompletionLine, call: Call, shown: Shown): void {
    const tenant = this.tenants.get(id);
    if (!tenant) return;
    if (shown === 'Active') this.stays.active(id, call);
    const stay = shown === 'Broken' ? this.stays.groundless(id, call.node) : undefined;
    if (stay && !tenant.asked) this.complainBroken(id, line, call, stay);
    tenant.looks.set(call.node, { line, shown, from: call.invokedAt, groundless: stay });
    if (call.node === tenant.asked?.node && shown !== 'Active') tenant.lastInactive = line.t;
  }

  private complainBroken(id: string, line: CompletionLine, call: Call, stay: Stay): void {
    this.judged += 1;
    this.judge.complain('P7', {
      kind: this.judge.taintOf(id) ?? 'server',
      damage: 'stuck',
      message: stay.active
        ? `tenant ${short(id)} was Active on ${call.node} and is Broken although its data is whole`
        : `tenant ${short(id)} is Broken on ${call.node} although no trouble of the store touched its attach or load`,
      expected: 'Active: the store is healthy and the objects are whole',
      actual: 'Broken',
      tenant: id,
      node: call.node,
      scenario: line.scenario,
      evidence: [stay.opened, evidence(line, 'it is shown Broken')],
    });
  }

  private looked(line: CompletionLine, call: Call): void {
    if (call.op === 'tenant_status' && call.tenant !== undefined) {
      this.seeing(line, call, call.tenant);
      if (line.type === 'ok') this.look(call.tenant, line, call, line.seen?.state ?? 'Unknown');
      else if (line.status === 404) this.look(call.tenant, line, call, 'absent');
    } else if (call.op === 'tenant_list' && line.type === 'ok' && line.seen?.tenants) {
      const listed = new Set(line.seen.tenants);
      for (const [id, tenant] of this.tenants) {
        if (!tenant.asked) continue;
        const state = listed.has(id) ? line.seen.states?.[id] : 'absent';
        if (state !== undefined) this.look(id, line, call, state);
      }
    }
  }

  private seeing(line: CompletionLine, call: Call, id: string): void {
    const tenant = this.tenants.get(id);
    if (!tenant || tenant.asked?.node !== call.node) return;
    const isAnswered = line.status !== undefined || line.phase === 'connect' || call.lost;
    if (isAnswered) tenant.blind = undefined;
    else if (tenant.blind) tenant.blind.to = line;
    else tenant.blind = { from: line, to: line };
  }

  private changed(line: HistoryLine & { readonly type: string }, call: Call): void {
    const tenant = this.tenantOf(call.tenant!);
    if (line.type === 'invoke') {
      tenant.pending.add(call);
    } else {
      tenant.changedAt = line.t;
      if (line.type !== 'info') tenant.pending.delete(call);
    }
  }

  private isUnresolved(tenant: Tenant): boolean {
    for (const call of tenant.pending) {
      const dead = call.forwarded && this.deadBoots.has(`${call.node}#${call.boot}`);
      if (!call.settled && !dead) return true;
    }
    return false;
  }

  private judgeTenant(id: string, tenant: Tenant): void {
    if (!tenant.asked || this.isUnresolved(tenant)) return;
    if (tenant.copiedAt >= this.stays.lastOpened(id)) return;
    const { node: home } = tenant.asked;
    if (home !== null && !tenant.looks.has(home)) this.judgeUnseen(id, tenant, tenant.asked, home);
    for (const [node, seen] of tenant.looks) {
      const base = this.baseOf(id, tenant, tenant.asked, node);
      if (node === tenant.asked.node) this.judgeAsked(id, tenant, tenant.asked, seen, base);
      // What was seen before the last call ended is no evidence that the tenant is still there.
      else if (seen.shown === 'absent' || seen.from >= Math.max(tenant.asked.t, tenant.changedAt)) {
        this.judgeOther(id, tenant.asked, seen, base, node);
      }
    }
  }

  /** From when the limits count. */
  private baseOf(id: string, tenant: Tenant, asked: PlaceLine, node: string): number {
    return Math.max(asked.t, tenant.changedAt, this.judge.troubles.lastTouch(id, node));
  }

  /** Nobody saw the tenant where it was asked for: it was not looked for, or no look was answered. */
  private judgeUnseen(id: string, tenant: Tenant, asked: PlaceLine, node: string): void {
    const limit = PATIENCE * this.judge.limits.attach * 1e6;
    const base = this.baseOf(id, tenant, asked, node);
    const { blind } = tenant;
    const waited = blind ? blind.to.t - Math.max(base, blind.from.t) : -1;
    if (blind && waited >= limit) {
      this.judged += 1;
      this.complain(id, asked, { line: blind.to, shown: 'not shown at all' }, waited, true);
    } else if (this.judge.now() - base >= limit) {
      this.open = `tenant ${short(id)} was never seen on ${node}, where it was asked for`;
    }
  }

  private judgeAsked(id: string, tenant: Tenant, asked: PlaceLine, seen: Look, base: number): void {
    const limit = this.judge.limits.attach * 1e6;
    const waited = (seen.shown === 'Active' ? tenant.lastInactive : seen.line.t) - base;
    if (seen.shown === 'Active') {
      this.judged += 1;
      if (waited > limit) this.complain(id, asked, seen, waited, waited >= PATIENCE * limit);
    } else if (seen.groundless) {
      this.judged += 1;
      this.complain(id, asked, seen, waited, true);
    } else if (seen.shown === 'Broken') {
      // A legal end: a fault or bad data touched this attach. What repairs it is asked for by another place line.
    } else if (waited >= PATIENCE * limit) {
      this.judged += 1;
      this.complain(id, asked, seen, waited, true);
    } else {
      this.open = `tenant ${short(id)} was not watched for long enough on ${asked.node}`;
    }
  }

  private judgeOther(id: string, asked: PlaceLine, seen: Look, base: number, node: string): void {
    const limit = this.judge.limits.detach * 1e6;
    const waited = seen.line.t - base;
    if (seen.shown === 'absent') this.judged += 1;
    else if (waited >= PATIENCE * limit) {
      this.judged += 1;
      this.complain(id, asked, seen, waited, true);
    } else this.open = `tenant ${short(id)} was not watched for long enough on ${node}`;
  }

  private complain(
    id: string,
    asked: PlaceLine,
    seen: { readonly line: CompletionLine; readonly shown: string },
    waited: number,
    fail: boolean,
  ): void {
    const wanted = asked.node === null ? 'attached nowhere' : `Active on ${asked.node}`;
    this.judge.complain('P7', {
      level: fail ? 'fail' : 'warn',
      kind: this.judge.taintOf(id) ?? 'server',
      damage: 'stuck',
      message:
        `tenant ${short(id)} should be ${wanted}, but is ${seen.shown} ` +
        `${milliseconds(Math.max(0, waited))} after the last thing that held it`,
      expected: wanted,
      actual: seen.shown,
      tenant: id,
      node: asked.node ?? undefined,
      scenario: asked.scenario,
      evidence: [evidence(asked, wanted), evidence(seen.line, `it is shown ${seen.shown}`)],
    });
  }
}

function newTenant(): Tenant {
  return {
    asked: undefined,
    copiedAt: -1,
    looks: new Map(),
    lastInactive: -1,
    blind: undefined,
    changedAt: -1,
    pending: new Set(),
  };
}
