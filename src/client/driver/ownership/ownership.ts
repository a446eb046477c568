// The driver's table of who may own what, and the guard that keeps its own steps within P1 (judging sections 2 and 4).

import { HarnessError } from '../../../core/exit.ts';
import type { CompletionLine, HistoryEvent, NodeId, Operation } from '../../../history/events.ts';
import { createDeliveryTracker, type DeliveryTracker } from './evidence.ts';
import {
  close,
  die,
  endOpener,
  type Holding,
  newHolding,
  type Reason,
  takeBack,
  type Whereabouts,
  wouldLoad,
} from './holding.ts';

/** A call that the table follows. */
export interface OwnershipCall {
  readonly op: Operation;
  readonly tenant: string;
  readonly node: NodeId;
  readonly boot: number;
  readonly call: string;
  /** No proxy stands between client and node. */
  readonly direct: boolean;
  /** Detach with `detach_ignored=true`. */
  readonly ignored: boolean;
}

/** Shared by all drivers that may drive the same tenants. */
export interface Ownership {
  /** Takes every event of the rig: proxy lines and the lives of processes. */
  see(event: HistoryEvent): void;
  invoked(call: OwnershipCall): void;
  completed(call: string, outcome: Pick<CompletionLine, 'type' | 'status'>): void;
  /** True while the node may own the tenant, as far as the client knows. */
  mayOwn(tenant: string, node: NodeId): boolean;
  /** Calls on that node that nobody has resolved. */
  unresolved(tenant: string, node: NodeId): readonly string[];
  /** Nodes other than `node` that may own the tenant. */
  ownersElsewhere(tenant: string, node: NodeId): readonly NodeId[];
  /** Tenants that forbid a start of the node: possibly on its disk, and may-own is open elsewhere. */
  startHazards(node: NodeId): readonly string[];
  /** The node, dead or not, that the tenant comes up on when it is started: possibly on its disk, and not ignored there. */
  onDiskOf(tenant: string): NodeId | undefined;
  /** Throws HarnessError if an attach, create or load there would break P1; not for tenants of negative controls. */
  assertMayOpen(op: Operation, tenant: string, node: NodeId): void;
  /** From now on the tenant is a negative control's: P1 is not kept for it. */
  permitUnsafe(tenant: string): void;
  /** Resolves with the next change of evidence or of a process, or after `ms`. */
  changed(ms: number, signal?: AbortSignal): Promise<void>;
}

const OPENERS: ReadonlySet<Operation> = new Set<Operation>(['attach', 'tenant_create', 'load']);

/** An empty table. The evidence defaults to what the events given to `see` prove. */
export function createOwnership(evidence: DeliveryTracker = createDeliveryTracker()): Ownership {
  return new Table(evidence);
}

class Table implements Ownership {
  readonly #evidence: DeliveryTracker;
  readonly #holdings = new Map<string, Map<NodeId, Holding>>();
  readonly #calls = new Map<string, { readonly call: OwnershipCall; readonly at: number }>();
  readonly #unsafe = new Set<string>();
  /** Boots that are dead and settled, as `<node> <boot>`. */
  readonly #dead = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #sequence = 0;

  constructor(evidence: DeliveryTracker) {
    this.#evidence = evidence;
    evidence.onChange((call) => this.#onEvidence(call));
  }

  see(event: HistoryEvent): void {
    // The table first: a death counts what had been forwarded before the evidence forgets it.
    if (event.stream === 'process') {
      if (event.type === 'exit') this.#dead.add(`${event.node} ${event.boot}`);
      for (const nodes of this.#holdings.values()) {
        const holding = nodes.get(event.node);
        if (holding) this.#life(holding, event.type, event.boot);
      }
    }
    this.#evidence.see(event);
    if (event.stream === 'process') this.#wake();
  }

  invoked(call: OwnershipCall): void {
    this.#sequence += 1;
    this.#calls.set(call.call, { call, at: this.#sequence });
    if (!OPENERS.has(call.op)) return;
    this.#evidence.watch(call.call);
    this.#open(call);
  }

  completed(id: string, outcome: Pick<CompletionLine, 'type' | 'status'>): void {
    const known = this.#calls.get(id);
    if (!known) return;
    this.#sequence += 1;
    const { call, at } = known;
    const holding = this.#holding(call.tenant, call.node);
    if (!OPENERS.has(call.op)) this.#calls.delete(id);
    const reason = holding.reasons.get(id);
    if (reason) {
      // Of several copies one may have been accepted, though another one's refusal is what came back.
      const isRefused = outcome.type === 'fail' && this.#evidence.copiesOf(id) <= 1;
      const type = outcome.type === 'fail' && !isRefused ? 'info' : outcome.type;
      endOpener(holding, reason, { ...outcome, type }, this.#sequence);
      this.#onEvidence(id);
    } else if (outcome.type === 'ok' && (call.op === 'detach' || call.op === 'ignore')) {
      const { op, ignored } = call;
      close(holding, { op, ignored, invokedAt: at, status: outcome.status ?? 200 });
    } else if (call.op === 'ignore' && outcome.type === 'info' && holding.mark === 'no') {
      holding.mark = 'maybe';
    }
  }

  mayOwn(tenant: string, node: NodeId): boolean {
    return (this.#holdings.get(tenant)?.get(node)?.reasons.size ?? 0) > 0;
  }

  unresolved(tenant: string, node: NodeId): readonly string[] {
    const reasons = this.#holdings.get(tenant)?.get(node)?.reasons.values() ?? [];
    return [...reasons].filter((reason) => reason.settledAt === undefined).map((r) => r.id);
  }

  ownersElsewhere(tenant: string, node: NodeId): readonly NodeId[] {
    const nodes = [...(this.#holdings.get(tenant)?.keys() ?? [])];
    return nodes.filter((other) => other !== node && this.mayOwn(tenant, other));
  }

  startHazards(node: NodeId): readonly string[] {
    const tenants: string[] = [];
    for (const [tenant, nodes] of this.#holdings) {
      const holding = nodes.get(node);
      if (holding && wouldLoad(holding) && this.ownersElsewhere(tenant, node).length > 0) {
        tenants.push(tenant);
      }
    }
    return tenants;
  }

  onDiskOf(tenant: string): NodeId | undefined {
    const nodes = [...(this.#holdings.get(tenant) ?? [])];
    return nodes.find(([, holding]) => wouldLoad(holding))?.[0];
  }

  assertMayOpen(op: Operation, tenant: string, node: NodeId): void {
    if (!OPENERS.has(op) || this.#unsafe.has(tenant)) return;
    const [owner] = this.ownersElsewhere(tenant, node);
    if (owner === undefined) return;
    throw new HarnessError(
      `the driver would break P1: ${op} of ${tenant} on ${node} while ${owner} may own it`,
    );
  }

  permitUnsafe(tenant: string): void {
    this.#unsafe.add(tenant);
  }

  changed(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const waiting = this.#waiting;
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  #holding(tenant: string, node: NodeId): Holding {
    const nodes = this.#holdings.get(tenant) ?? new Map<NodeId, Holding>();
    this.#holdings.set(tenant, nodes);
    const holding = nodes.get(node) ?? newHolding();
    nodes.set(node, holding);
    return holding;
  }

  #open(call: OwnershipCall): Reason {
    const { call: id, boot, direct } = call;
    const reason: Reason = { id, boot, direct, settledAt: undefined };
    this.#holding(call.tenant, call.node).reasons.set(id, reason);
    return reason;
  }

  /** A further copy opens again, whatever had become of the first; proof of the end settles. */
  #onEvidence(id: string): void {
    const known = this.#calls.get(id);
    if (!known) return;
    const state = this.#evidence.stateOf(id);
    const holding = this.#holding(known.call.tenant, known.call.node);
    const reason = holding.reasons.get(id);
    this.#sequence += 1;
    if (state === 'in-flight') {
      // One copy that the client saw answered is over, however late the proxy's own lines come.
      if (this.#evidence.copiesOf(id) <= 1) return;
      if (reason) reason.settledAt = undefined;
      else this.#open(known.call);
    } else if (state === 'dropped' && reason && this.#isDead(known.call.node, reason)) {
      takeBack(holding, reason);
    } else if (state !== 'unknown' && reason) {
      reason.settledAt ??= this.#sequence;
    }
    this.#wake();
  }

  #life(holding: Holding, type: string, boot: number): void {
    this.#sequence += 1;
    if (type === 'emptied') {
      holding.disk = false;
      holding.mark = 'no';
    } else if (type === 'exit') {
      die(holding, boot, (reason) => this.#whereIs(reason));
    } else if (type === 'spawn' && wouldLoad(holding)) {
      const id = `boot ${boot}`;
      holding.reasons.set(id, { id, boot, direct: true, settledAt: this.#sequence });
    }
  }

  #whereIs(reason: Reason): Whereabouts {
    const state = this.#evidence.stateOf(reason.id);
    if (state === 'dropped') return 'nowhere';
    if (reason.settledAt !== undefined || this.#evidence.hasArrived(reason.id)) return 'arrived';
    return reason.direct && state === 'unknown' ? 'arrived' : 'on-its-way';
  }

  /** The process that the call was meant for had died before: none of a later boot can get it either. */
  #isDead(node: NodeId, { boot }: Reason): boolean {
    return boot !== undefined && this.#dead.has(`${node} ${boot}`);
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
