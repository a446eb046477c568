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

/** See PATIENCE of P7: here to keep the parts free of a circle. */
const PATIENCE = 3;

type Shown = TenantState | 'absent';

/** The newest look at a tenant on one node. */
interface Look {
  readonly line: CompletionLine;
  readonly shown: Shown;
  /** When the look was asked for. */
  readonly from: number;
  /** Broken although nothing had touched the attach. */
  readonly groundless: boolean;
}

interface Tenant {
  asked: PlaceLine | undefined;
  readonly looks: Map<string, Look>;
  /** The latest look at the asked node that was not Active. */
  lastInactive: number;
  /** The suite spoiled its data, and it was not seen Active since. */
  spoiled: boolean;
  /** The newest call that brought it there was a create. */
  creates: boolean;
  /** When a further copy of a detach or ignore was delivered: it ends what nobody asked to end. */
  copiedAt: number;
  /** End of the newest state-changing call of the tenant, wherever. */
  changedAt: number;
  /** When it was last attached, created, loaded or booted, by node. */
  readonly openedAt: Map<string, number>;
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
  private readonly deadBoots = new Set<string>();
  private judged = 0;
  /** Tenants of which it stayed open whether they came where they were asked to be. */
  private readonly open = new Map<string, { reason: string; scenario: string | undefined }>();

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  undecided() {
    return this.open.values().next().value?.reason;
  }

  undecidedIn() {
    const scenarios = [...this.open.values()].map(({ scenario }) => scenario);
    return scenarios.every((scenario) => scenario !== undefined) ? scenarios : undefined;
  }

  end() {
    for (const [id, tenant] of this.tenants) this.judgeTenant(id, tenant);
  }

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'run' && line.type === 'place') {
      const tenant = this.tenantOf(line.tenant);
      this.judgeTenant(line.tenant, tenant);
      // What was asked for is given up: nobody has to wait for it any more.
      this.open.delete(line.tenant);
      tenant.asked = line;
      tenant.looks.clear();
      tenant.lastInactive = -1;
    } else if (line.stream === 'client' && call) {
      if (call.tenant !== undefined && CHANGING.has(call.op)) this.changed(line, call);
      else if (line.type !== 'invoke') this.looked(line, call);
    } else if (line.stream === 'proxy') {
      if (line.type !== 'request' || !call?.closes || call.copies < 2) return;
      if (call.tenant !== undefined) this.tenantOf(call.tenant).copiedAt = line.t;
    } else if (line.stream === 'run' && line.type === 'spoil') {
      this.tenantOf(line.tenant).spoiled = true;
    } else if (line.stream === 'process') {
      if (line.type === 'exit') this.deadBoots.add(`${line.node}#${line.boot}`);
      if (line.type === 'spawn') {
        for (const tenant of this.tenants.values()) {
          if (tenant.openedAt.has(line.node)) tenant.openedAt.set(line.node, line.t);
        }
      }
    }
  }

  private tenantOf(id: string): Tenant {
    const tenant = memberOf(this.tenants, id, () => newTenant());
    return tenant;
  }

  private look(id: string, line: CompletionLine, call: Call, shown: Shown): void {
    const tenant = this.tenants.get(id);
    if (!tenant) return;
    const opened = tenant.openedAt.get(call.node) ?? -1;
    if (shown === 'Active') tenant.spoiled = false;
    const groundless = shown === 'Broken' && this.isGroundless(id, tenant, call.node, opened);
    if (groundless && !tenant.asked) this.complainBroken(id, line, call);
    tenant.looks.set(call.node, { line, shown, from: call.invokedAt, groundless });
    if (call.node === tenant.asked?.node && shown !== 'Active') tenant.lastInactive = line.t;
  }

  /** Broken is no legal end: nothing touched this attach or load, and the store has the tenant whole. */
  private isGroundless(id: string, tenant: Tenant, node: string, opened: number): boolean {
    if (opened < 0 || tenant.spoiled) return false;
    if (this.judge.troubles.lastTouch(id, node) >= opened) return false;
    return tenant.creates || this.judge.knowledge.since(id, opened) === 'known';
  }

  private complainBroken(id: string, line: CompletionLine, call: Call): void {
    this.judged += 1;
    this.judge.complain('P7', {
      kind: this.judge.taintOf(id) ?? 'server',
      damage: 'stuck',
      message: `tenant ${short(id)} is Broken on ${call.node} although nothing touched its attach or load`,
      expected: 'Active: the store is healthy and the objects are whole',
      actual: 'Broken',
      tenant: id,
      node: call.node,
      scenario: line.scenario,
      evidence: [evidence(line, 'it is shown Broken')],
    });
  }

  private looked(line: CompletionLine, call: Call): void {
    if (call.op === 'tenant_status' && call.tenant !== undefined) {
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

  private changed(line: HistoryLine & { readonly type: string }, call: Call): void {
    const tenant = this.tenantOf(call.tenant!);
    if (line.type === 'invoke') {
      tenant.pending.add(call);
      if (call.opens) {
        tenant.openedAt.set(call.node, line.t);
        tenant.creates = call.op === 'tenant_create';
      }
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
    if (tenant.copiedAt >= Math.max(...tenant.openedAt.values(), 0)) return;
    for (const [node, seen] of tenant.looks) {
      const base = Math.max(
        tenant.asked.t,
        tenant.changedAt,
        this.judge.troubles.lastTouch(id, node),
      );
      if (node === tenant.asked.node) this.judgeAsked(id, tenant, tenant.asked, seen, base);
      // What was seen before the last call ended is no evidence that the tenant is still there.
      else if (seen.shown === 'absent' || seen.from >= Math.max(tenant.asked.t, tenant.changedAt)) {
        this.judgeOther(id, tenant.asked, seen, base, node);
      }
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
      this.leaveOpen(id, asked, asked.node);
    }
  }

  private judgeOther(id: string, asked: PlaceLine, seen: Look, base: number, node: string): void {
    const limit = this.judge.limits.detach * 1e6;
    const waited = seen.line.t - base;
    if (seen.shown === 'absent') this.judged += 1;
    else if (waited >= PATIENCE * limit) {
      this.judged += 1;
      this.complain(id, asked, seen, waited, true);
    } else this.leaveOpen(id, asked, node);
  }

  private leaveOpen(id: string, asked: PlaceLine, node: string | null): void {
    const reason = `tenant ${short(id)} was not watched for long enough on ${node}`;
    this.open.set(id, { reason, scenario: asked.scenario });
  }

  private complain(id: string, asked: PlaceLine, seen: Look, waited: number, fail: boolean): void {
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
    spoiled: false,
    copiedAt: -1,
    creates: false,
    looks: new Map(),
    lastInactive: -1,
    changedAt: -1,
    openedAt: new Map(),
    pending: new Set(),
  };
}
