// May-own of every (node, tenant), as one observer knows it (judging section 2 and 3).
//
// Two observers exist. The `client` closes an interval when the answer of a detach reached it; the `node` view closes
// it at the first byte of that answer at the proxy, even if no client ever got it. A may-own interval is kept as a set
// of *reasons* (a call, a further copy of one, a boot): it is open while any reason is left, so that a refusal can take
// back its own request and never an earlier one.

import type { CompletionLine, InvokeLine, ProcessLine, ProxyLine } from '../../history/events.ts';
import { memberOf } from '../member.ts';
import type { Call } from './calls.ts';

/** Who is asked: what the client could know, or what the node said. */
export type Observer = 'client' | 'node';

/** Any boot of the node: the request has not reached a process yet. */
export const ANY_BOOT = -1;

/** One reason why a node may own a tenant. */
export interface Reason {
  readonly kind: 'call' | 'copy' | 'boot';
  /** The boot that may own because of it; ANY_BOOT while the request may still be on its way. */
  boot: number;
  readonly call?: Call;
  /** The line that opened it. */
  readonly i: number;
  readonly t: number;
  /** When nothing of it was in flight any more: its answer, or the proof that it was dropped. Infinity until then. */
  settledAt: number;
}

/** The ignore mark on a node's disk: `maybe` while a call that sets or removes it is unresolved. */
export type Mark = 'no' | 'maybe' | 'yes';

/** What one observer knows of one tenant on one node. */
export interface Holding {
  readonly node: string;
  readonly tenant: string;
  reasons: Reason[];
  /** A process that may have held the tenant left it on the disk. */
  disk: boolean;
  mark: Mark;
  /** The mark to which a refused load or attach returns. */
  markBefore: Mark;
  /** A detach or ignore that could not close because a call was still in flight. */
  blocked: Closer | undefined;
  /** When the last interval was closed, and by what: for evidence. */
  closed: { readonly i: number; readonly t: number; readonly text: string } | undefined;
  /** When the interval that was closed last had been opened. */
  closedReason: Reason | undefined;
  /** When the node began to hold what it has on its disk: boots, ignore and load of one data directory are one lineage. */
  lineageAt: number;
  /** Time of the last reason that was not taken back (P3): -1 when there was none. */
  lastOpened: number;
  /** When a request was last taken back, for it had been refused: -1 when none was. */
  refusedAt: number;
}

interface Closer {
  readonly call: Call;
  readonly i: number;
  readonly t: number;
  readonly status: number | undefined;
}

/** May-own as one observer knows it; fed with every line by the ownership sweep. */
export interface OwnershipView {
  readonly observer: Observer;
  /** What is known of the tenant on the node; undefined when it was never named there. */
  holding(node: string, tenant: string): Holding | undefined;
  /** Every holding of a tenant, on whatever node. */
  holdingsOf(tenant: string): readonly Holding[];
  /** Every holding of a node. */
  holdingsAt(node: string): Iterable<Holding>;
  invoked(line: InvokeLine, call: Call): void;
  completed(line: CompletionLine, call: Call): void;
  proxied(line: ProxyLine, call: Call): void;
  process(line: ProcessLine): void;
}

/** True while the writer (node, boot) may own because of some reason. */
export function mayOwn(holding: Holding | undefined, boot: number): boolean {
  return holding?.reasons.some((reason) => covers(reason, boot)) ?? false;
}

/** True when the tenant is possibly on the node's disk, and a boot would take it up. */
export function wouldLoad(holding: Holding): boolean {
  const isThere = holding.disk || holding.reasons.some((reason) => reason.boot !== ANY_BOOT);
  return isThere && holding.mark !== 'yes';
}

function covers(reason: Reason, boot: number): boolean {
  return reason.boot === boot || reason.boot === ANY_BOOT;
}

/** Creates the view of one observer. */
export function createView(observer: Observer): OwnershipView {
  const byNode = new Map<string, Map<string, Holding>>();
  const byTenant = new Map<string, Holding[]>();
  const dead = new Set<string>();

  function holdingFor(node: string, tenant: string): Holding {
    return byNode.get(node)?.get(tenant) ?? addHolding(node, tenant);
  }
  function addHolding(node: string, tenant: string): Holding {
    const holding = newHolding(node, tenant);
    memberOf(byNode, node, () => new Map<string, Holding>()).set(tenant, holding);
    memberOf(byTenant, tenant, () => []).push(holding);
    return holding;
  }
  const none: readonly Holding[] = [];
  return {
    observer,
    holding: (node, tenant) => byNode.get(node)?.get(tenant),
    holdingsOf: (tenant) => byTenant.get(tenant) ?? none,
    holdingsAt: (node) => byNode.get(node)?.values() ?? none,
    invoked(line, call) {
      if (line.tenant === undefined) return;
      if (call.opens) openByCall(holdingFor(line.node, line.tenant), line, call);
      else if (line.op === 'ignore') doubtMark(holdingFor(line.node, line.tenant));
    },
    completed(line, call) {
      const holding = call.tenant === undefined ? undefined : holdingFor(call.node, call.tenant);
      if (!holding) return;
      if (call.opens) settleOpener(holding, line, call);
      else if (call.closes && line.type === 'ok') close(holding, line, call);
      else if (call.op === 'ignore' && line.type === 'fail') holding.mark = holding.markBefore;
    },
    proxied(line, call) {
      if (call.tenant === undefined) return;
      const holding = holdingFor(call.node, call.tenant);
      if (call.opens && call.dropped && dead.has(`${call.node} ${call.boot}`)) {
        // Meant for a process that had died before: no other boot can get it either.
        takeBack(holding, call, line.t);
      } else if (call.opens) followOpener(holding, line, call);
      if (
        call.closes &&
        observer === 'node' &&
        line.type === 'answer' &&
        line.status !== undefined
      ) {
        close(holding, line, call);
      }
    },
    process(line) {
      if (line.type === 'exit') dead.add(`${line.node} ${line.boot}`);
      for (const holding of byNode.get(line.node)?.values() ?? none) lifeOf(holding, line);
    },
  };
}

function newHolding(node: string, tenant: string): Holding {
  return {
    node,
    tenant,
    reasons: [],
    disk: false,
    mark: 'no',
    markBefore: 'no',
    blocked: undefined,
    closed: undefined,
    closedReason: undefined,
    lastOpened: -1,
    refusedAt: -1,
    lineageAt: -1,
  };
}

function doubtMark(holding: Holding): void {
  if (holding.mark !== 'maybe') holding.markBefore = holding.mark;
  holding.mark = 'maybe';
}

function openByCall(holding: Holding, line: InvokeLine, call: Call): void {
  if (holding.mark !== 'no') doubtMark(holding);
  if (!holding.disk && holding.reasons.length === 0) holding.lineageAt = line.t;
  holding.reasons.push({
    kind: 'call',
    boot: line.boot,
    call,
    i: line.i,
    t: line.t,
    settledAt: Number.POSITIVE_INFINITY,
  });
  holding.lastOpened = line.t;
}

/** The client's outcome of an attach, create or load: a refusal takes the request back, any answer settles it. */
function settleOpener(holding: Holding, line: CompletionLine, call: Call): void {
  // Of several copies one may have been accepted and another one's refusal be what the client got.
  if (line.type === 'fail' && call.copies <= 1) {
    takeBack(holding, call, line.t);
    return;
  }
  if (line.type === 'ok' && holding.mark !== 'no') holding.mark = 'no';
  settle(holding, call, line.t);
}

function takeBack(holding: Holding, call: Call, t: number): void {
  holding.refusedAt = t;
  holding.reasons = holding.reasons.filter((reason) => reason.call !== call);
  holding.lastOpened = Math.max(holding.closedReason?.t ?? -1, ...holding.reasons.map((r) => r.t));
  if (holding.mark === 'maybe' && holding.reasons.every((reason) => reason.settledAt < Infinity)) {
    holding.mark = holding.markBefore;
  }
  const blocked = holding.blocked;
  if (blocked) close(holding, blocked, blocked.call);
}

function settle(holding: Holding, call: Call, t: number): void {
  if (!call.settled) return;
  for (const reason of holding.reasons) {
    if (reason.call === call && reason.settledAt === Infinity) reason.settledAt = t;
  }
}

function followOpener(holding: Holding, line: ProxyLine, call: Call): void {
  if (line.type === 'request') {
    const boot = line.boot ?? call.boot;
    if (call.copies === 1) {
      for (const reason of holding.reasons) if (reason.call === call) reason.boot = boot;
    } else {
      if (!holding.disk && holding.reasons.length === 0) holding.lineageAt = line.t;
      holding.reasons.push({ kind: 'copy', boot, call, i: line.i, t: line.t, settledAt: Infinity });
      holding.lastOpened = line.t;
    }
  } else if (line.type === 'answer' && line.status === 409 && call.copies <= 1) {
    takeBack(holding, call, line.t);
  } else if (line.type === 'dropped' && call.dropped) {
    settle(holding, call, line.t);
  } else if (line.type === 'answer') settle(holding, call, line.t);
}

/** The 200 of a detach or ignore, or the 404 of a detach: closes if nothing was in flight when it was invoked. */
function close(
  holding: Holding,
  line: { readonly i: number; readonly t: number; readonly status?: number | undefined },
  call: Call,
): void {
  const status = line.status ?? 200;
  const isEnd = (status >= 200 && status < 300) || (status === 404 && call.op === 'detach');
  if (!isEnd) return;
  if (holding.reasons.some((reason) => !(reason.settledAt < call.invokedAt))) {
    holding.blocked = { call, i: line.i, t: line.t, status: line.status };
    return;
  }
  holding.blocked = undefined;
  if (holding.reasons.length > 0) {
    holding.closedReason = holding.reasons[0];
    holding.closed = { i: line.i, t: line.t, text: `${call.op} answered ${status}` };
  }
  const ignored = holding.mark !== 'no';
  const hadDisk = holding.disk || holding.reasons.length > 0;
  holding.reasons = [];
  if (call.op === 'ignore') {
    holding.disk = hadDisk;
    holding.mark = 'yes';
  } else if (status !== 404 || !ignored || call.ignored) {
    holding.disk = false;
    holding.mark = 'no';
  }
}

/** A death ends what that boot could do; a boot takes up what is on its disk. */
function lifeOf(holding: Holding, line: ProcessLine): void {
  if (line.type === 'emptied') {
    holding.disk = false;
    holding.mark = 'no';
  } else if (line.type === 'exit') {
    die(holding, line);
  } else if (line.type === 'spawn' && wouldLoad(holding)) {
    holding.reasons.push({
      kind: 'boot',
      boot: line.boot,
      i: line.i,
      t: line.t,
      settledAt: line.t,
    });
    holding.lastOpened = line.t;
  }
}

function die(holding: Holding, line: ProcessLine): void {
  if (holding.reasons.length === 0) return;
  const [left, ended]: [Reason[], Reason[]] = [[], []];
  for (const reason of holding.reasons) {
    if (reason.boot !== line.boot && reason.boot !== ANY_BOOT) left.push(reason);
    else if (reason.settledAt === Infinity && !reason.call?.forwarded) {
      // Still on its way: it may reach the next boot.
      reason.boot = ANY_BOOT;
      left.push(reason);
    } else ended.push(reason);
  }
  if (ended.length === 0) return;
  // What nobody ever got has left nothing on a disk.
  if (ended.some(({ call }) => !call?.dropped)) holding.disk = true;
  holding.reasons = left;
  holding.closedReason = ended[0];
  holding.closed = { i: line.i, t: line.t, text: `boot ${line.boot} was dead and settled` };
}
