// May-own of one tenant on one node as the client knows it (judging section 2): a set of reasons, each an opening call or a boot.

import type { CompletionLine, Operation } from '../../../history/events.ts';

/** One opening call, or a boot that took the tenant up from its disk. */
export interface Reason {
  /** Id of the call, or `boot <n>`. */
  readonly id: string;
  /** Undefined: may reach any boot, for it is not delivered yet. */
  boot: number | undefined;
  /** Position in the order of events at which it was answered or proved gone; undefined while it is open. */
  settledAt: number | undefined;
  /** No proxy stands before the lane: its bytes went straight to the process. */
  readonly direct: boolean;
}

/** A detach or ignore. */
export interface Closer {
  readonly op: Operation;
  readonly invokedAt: number;
  readonly status: number;
  /** `detach_ignored=true` was sent. */
  readonly ignored: boolean;
}

/** What the client knows of one tenant on one node. */
export interface Holding {
  readonly reasons: Map<string, Reason>;
  /** Possibly on that node's disk, without anybody running it. */
  disk: boolean;
  /** The ignore mark on that disk. */
  mark: 'no' | 'maybe' | 'yes';
  /** A closing answer that could not close, because a call was open when it was invoked. */
  blocked: Closer | undefined;
}

/** Nothing known. */
export function newHolding(): Holding {
  return { reasons: new Map(), disk: false, mark: 'no', blocked: undefined };
}

/** The end of an opening call for its client. A refusal takes the request back; an answer of any other kind settles it. */
export function endOpener(
  holding: Holding,
  reason: Reason,
  outcome: Pick<CompletionLine, 'type' | 'status'>,
  at: number,
): void {
  if (outcome.type === 'fail') {
    takeBack(holding, reason);
    return;
  }
  if (outcome.type === 'ok') holding.mark = 'no';
  else if (holding.mark === 'yes') holding.mark = 'maybe';
  if (outcome.status !== undefined) reason.settledAt ??= at;
}

/** A closing answer: 200 of a detach or ignore, 404 of a detach. Closes if everything was settled before it was invoked. */
export function close(holding: Holding, closer: Closer): void {
  for (const { settledAt } of holding.reasons.values()) {
    if (settledAt === undefined || settledAt > closer.invokedAt) {
      holding.blocked = closer;
      return;
    }
  }
  const wasThere = holding.disk || holding.reasons.size > 0;
  holding.blocked = undefined;
  holding.reasons.clear();
  if (closer.op === 'ignore') {
    holding.disk = wasThere;
    holding.mark = 'yes';
  } else if (closer.status !== 404 || holding.mark === 'no' || closer.ignored) {
    holding.disk = false;
    holding.mark = 'no';
  }
}

/** Where an opening call is when a process dies: `nowhere` is proved never to have reached any. */
export type Whereabouts = 'arrived' | 'on-its-way' | 'nowhere';

/** A death ends what that boot could do; what had not reached it may reach the next. */
export function die(
  holding: Holding,
  boot: number,
  whereIs: (reason: Reason) => Whereabouts,
): void {
  for (const reason of [...holding.reasons.values()]) {
    if (reason.boot !== undefined && reason.boot !== boot) continue;
    const where = whereIs(reason);
    if (where === 'on-its-way') {
      reason.boot = undefined;
      continue;
    }
    holding.reasons.delete(reason.id);
    // What nobody ever got has left nothing on a disk.
    if (where === 'arrived') holding.disk = true;
  }
}

/** The call has no effect, now or later: refused, or proved dropped on its way to a process that was dead already. */
export function takeBack(holding: Holding, reason: Reason): void {
  holding.reasons.delete(reason.id);
  if (holding.blocked) close(holding, holding.blocked);
}

/** True when a boot of the node would take the tenant up. */
export function wouldLoad(holding: Holding): boolean {
  const isThere = holding.disk || [...holding.reasons.values()].some((r) => r.boot !== undefined);
  return isThere && holding.mark !== 'yes';
}
