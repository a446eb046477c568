// Whether a tenant that is shown Broken has a reason to be: a store fault must have touched the very attach, load or start that it
// came by (judging section 4). What a fault on the way to the caller struck, or a kill, is none.

import type { HistoryEvent, NodeId } from '../../history/index.ts';

/** How a tenant came to be on a node, as far as the history tells. Moments are numbers of events. */
interface Stay {
  readonly node: NodeId;
  /** Invocation of the attach, load or create that was accepted, or start of the process. */
  openedAt: number;
  /** Seen Active since, and nobody has asked for its end. */
  active: boolean;
}

interface StoreFault {
  /** In force until then; Infinity: still. */
  healedAt: number;
  readonly struck: { readonly node: NodeId | undefined; readonly tenant: string | undefined }[];
}

interface OpenCall {
  readonly op: string;
  readonly tenant: string;
  readonly node: NodeId;
  readonly at: number;
}

const OPENS: ReadonlySet<string> = new Set(['attach', 'load', 'tenant_create']);
const CLOSES: ReadonlySet<string> = new Set(['detach', 'ignore']);

/** Follows the history of a round from its beginning. */
export class BrokenWatch {
  readonly #stays = new Map<string, Stay>();
  readonly #faults = new Map<string, StoreFault>();
  readonly #calls = new Map<string, OpenCall>();
  /** Calls that bring tenants in: whose, and how many copies of them were delivered. */
  readonly #openings = new Map<string, { readonly tenant: string; copies: number }>();
  /** A second copy came: the document itself makes two owners of such a tenant. */
  readonly #doubled = new Set<string>();
  #now = 0;

  /** Takes every event, in its order. */
  see(event: HistoryEvent): void {
    this.#now += 1;
    if (event.stream === 'client') this.#client(event);
    else if (event.stream === 'fault' && event.where === 'node-store') this.#fault(event);
    else if (event.stream === 'proxy' && event.type === 'request') this.#delivered(event.call);
    else if (event.stream === 'process' && event.type === 'spawn') {
      for (const stay of this.#stays.values()) {
        if (stay.node === event.node) Object.assign(stay, { openedAt: this.#now, active: false });
      }
    }
  }

  /** True when nothing excuses a tenant that is Broken there now. Hits must have been drained. */
  isGroundless(tenant: string, node: NodeId): boolean {
    const stay = this.#stays.get(`${tenant} ${node}`);
    if (!stay || this.#doubled.has(tenant)) return false;
    if (stay.active) return true;
    const touched = [...this.#faults.values()]
      .filter(({ healedAt }) => healedAt >= stay.openedAt)
      .flatMap(({ struck }) => struck);
    return !touched.some((hit) => (hit.tenant ?? tenant) === tenant && (hit.node ?? node) === node);
  }

  #client(event: Extract<HistoryEvent, { stream: 'client' }>): void {
    if (event.type === 'invoke') {
      const { op, tenant, node, call } = event;
      if (tenant === undefined) return;
      const stay = this.#stays.get(`${tenant} ${node}`);
      // It may end in whatever state it gets stuck in, if the store fails meanwhile.
      if (CLOSES.has(op) && stay) stay.active = false;
      if (OPENS.has(op)) this.#openings.set(call, { tenant, copies: 0 });
      if (!OPENS.has(op) && op !== 'tenant_status') return;
      this.#calls.set(call, { op, tenant, node, at: this.#now });
      return;
    }
    const call = this.#calls.get(event.call);
    this.#calls.delete(event.call);
    // A call that was refused brought nothing; one without an answer may have, and then the older opening excuses more.
    if (!call || event.type !== 'ok') return;
    const key = `${call.tenant} ${call.node}`;
    if (OPENS.has(call.op)) {
      this.#stays.set(key, { node: call.node, openedAt: call.at, active: false });
    } else if (event.seen?.state === 'Active') {
      const stay = this.#stays.get(key);
      if (stay && call.at >= stay.openedAt) stay.active = true;
    }
  }

  #delivered(call: string | undefined): void {
    const opening = call === undefined ? undefined : this.#openings.get(call);
    if (!opening) return;
    opening.copies += 1;
    if (opening.copies > 1) this.#doubled.add(opening.tenant);
  }

  #fault(event: Extract<HistoryEvent, { stream: 'fault' }>): void {
    const fault = this.#faults.get(event.fault) ?? {
      healedAt: Number.POSITIVE_INFINITY,
      struck: [],
    };
    this.#faults.set(event.fault, fault);
    if (event.type === 'heal') fault.healedAt = this.#now;
    // Some hits are told only after the end of their fault.
    if (event.type === 'hit') fault.struck.push({ node: event.node, tenant: event.tenant });
  }
}
