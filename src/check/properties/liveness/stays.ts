// What brought each tenant to each node, and whether that may have ended Broken: only if trouble of the store, or bad
// data, touched this very attach or load (judging section 4). Once the tenant was seen Active, its attach or load is
// over, and no trouble can touch it any more.

import type { Evidence } from '../../../core/finding.ts';
import type { CompletionLine, HistoryLine, InvokeLine } from '../../../history/events.ts';
import { evidence } from '../../evidence.ts';
import type { Judge } from '../../judge.ts';
import { memberOf } from '../../member.ts';
import type { Call } from '../../ownership/calls.ts';

/** One stay of a tenant on a node. */
export interface Stay {
  /** The line that began it: an attach, create, load or boot. */
  readonly opened: Evidence;
  /** The tenant was seen Active in it. */
  active: boolean;
  /** A detach or ignore was asked for since then, which may end badly for reasons of its own. */
  leaving: boolean;
  /** That was done. */
  ended: boolean;
}

/** The stays of all tenants. */
export interface Stays {
  line(line: HistoryLine, call: Call | undefined): void;
  /** The tenant was shown Active by a call. */
  active(tenant: string, call: Call): void;
  /** Set when Broken is no legal end: the stay that ended so although the store was healthy and had the tenant whole. */
  groundless(tenant: string, node: string): Stay | undefined;
  /** When the tenant was last brought to any node. */
  lastOpened(tenant: string): number;
}

interface Tenant {
  readonly nodes: Map<string, Stay>;
  /** The suite spoiled its data, and it was not seen Active since. */
  spoiled: boolean;
  /** It was created here: it needs nothing of the store. */
  created: boolean;
}

/** Creates the record. */
export function createStays(judge: Judge): Stays {
  return new StayRecord(judge);
}

class StayRecord implements Stays {
  private readonly judge: Judge;
  private readonly tenants = new Map<string, Tenant>();

  constructor(judge: Judge) {
    this.judge = judge;
  }

  line(line: HistoryLine, call: Call | undefined): void {
    if (line.stream === 'client') {
      if (call?.tenant === undefined) return;
      if (call.opens) this.opening(line, call, this.tenantOf(call.tenant));
      else if (call.closes) this.closing(line, call, this.tenantOf(call.tenant));
    } else if (line.stream === 'proxy') {
      if (line.type !== 'request' || !call?.closes || call.copies < 2) return;
      const stay = this.tenants.get(call.tenant ?? '')?.nodes.get(call.node);
      if (stay) stay.leaving = true;
    } else if (line.stream === 'run' && line.type === 'spoil') {
      this.tenantOf(line.tenant).spoiled = true;
    } else if (line.stream === 'process' && line.type === 'spawn') {
      for (const { nodes } of this.tenants.values()) {
        if (nodes.has(line.node)) nodes.set(line.node, newStay(evidence(line, 'the node boots')));
      }
    }
  }

  active(tenant: string, call: Call): void {
    const known = this.tenants.get(tenant);
    if (!known) return;
    known.spoiled = false;
    const stay = known.nodes.get(call.node);
    if (stay && !stay.leaving && stay.opened.t <= call.invokedAt) stay.active = true;
  }

  groundless(tenant: string, node: string): Stay | undefined {
    const known = this.tenants.get(tenant);
    const stay = known?.nodes.get(node);
    if (!known || !stay || known.spoiled) return undefined;
    const isOver = stay.active && !stay.leaving;
    if (!isOver && this.judge.troubles.lastStoreTouch(tenant, node) >= stay.opened.t) {
      return undefined;
    }
    const isWhole = known.created || this.judge.knowledge.since(tenant, stay.opened.t) === 'known';
    return isWhole ? stay : undefined;
  }

  lastOpened(tenant: string): number {
    const stays = this.tenants.get(tenant)?.nodes.values() ?? [];
    return Math.max(0, ...[...stays].map(({ opened }) => opened.t));
  }

  private tenantOf(id: string): Tenant {
    return memberOf(this.tenants, id, () => ({ nodes: new Map(), spoiled: false, created: false }));
  }

  private opening(line: InvokeLine | CompletionLine, call: Call, tenant: Tenant): void {
    const stay = tenant.nodes.get(call.node);
    const asked = { i: call.i, t: call.invokedAt, text: `${call.op} is sent` };
    if (line.type === 'invoke') {
      tenant.created = false;
      // Beside an earlier attach that may still run, nobody can tell which of them brings it there.
      if (!stay || stay.ended) tenant.nodes.set(call.node, newStay(asked));
    } else if (line.type === 'ok') {
      tenant.created = call.op === 'tenant_create';
      // What is accepted had been absent; a boot since then began another stay.
      if (!stay || stay.opened.t <= call.invokedAt) tenant.nodes.set(call.node, newStay(asked));
    } else if (line.type === 'fail' && call.copies <= 1 && stay?.opened.i === call.i) {
      tenant.nodes.delete(call.node);
    }
  }

  private closing(line: InvokeLine | CompletionLine, call: Call, tenant: Tenant): void {
    const stay = tenant.nodes.get(call.node);
    if (!stay) return;
    stay.leaving = true;
    if (line.type === 'ok') stay.ended = true;
  }
}

function newStay(opened: Evidence): Stay {
  return { opened, active: false, leaving: false, ended: false };
}
