// Which kinds of fault have struck over the cases of one scenario: a fault that never fired proves nothing, and says so.

import { UnsupportedError } from '../../core/exit.ts';
import type { StoreEvent } from '../../store/index.ts';
import type { ScenarioContext } from '../scenario/context.ts';
import type { Ledger } from '../scenario/ledger.ts';

/** How one case of a fault ended. */
export interface StrikeCase {
  /** What the fault is called, over all cases: held, failed twice, … */
  readonly kind: string;
  /** It struck. */
  readonly hit: boolean;
  /** The request that it was aimed at came, so that it should have. */
  readonly came: boolean;
  /** Its faulted flow is counted elsewhere. */
  readonly counted?: boolean;
}

/** The faults of one scenario. */
export interface Strikes {
  /** Writes a case down and counts its faulted flow. Returns where its end is to be told: `credit`. */
  note(one: StrikeCase): Ledger;
  /**
   * After the last case: a kind that never struck leaves the requirement undecided, or unsupported where the target never sent
   * what it is aimed at. Throws UnsupportedError where that is so of all kinds.
   */
  conclude(requirement: string): void;
}

/** Starts to count. */
export function createStrikes(context: Ledger): Strikes {
  const kinds = new Map<string, { hit: boolean; came: boolean }>();
  return {
    note({ kind, hit, came, counted = false }) {
      const before = kinds.get(kind);
      kinds.set(kind, { hit: hit || before?.hit === true, came: came || before?.came === true });
      if (hit && !counted) context.faultedFlow();
      return hit ? context : withoutCredit(context);
    },
    conclude(requirement) {
      const missed = [...kinds].filter(([, { hit }]) => !hit);
      for (const [kind, { came }] of missed) {
        if (came) context.undecided(requirement, `the fault never struck: ${kind}`);
        else context.unsupported(requirement, `the target sent no request for: ${kind}`);
      }
      if (missed.length < kinds.size || missed.some(([, { came }]) => came)) return;
      throw new UnsupportedError(undefined, 'the target sent no request that a fault could strike');
    },
  };
}

/** What ends well without its fault proves nothing; what ends badly is told. */
function withoutCredit(ledger: Ledger): Ledger {
  return {
    ...ledger,
    check: (requirement, name, ok, detail) => ok || ledger.check(requirement, name, ok, detail),
  };
}

/** Store requests that a fault may be aimed at. */
export interface RequestChoice {
  readonly op?: readonly string[];
  readonly key?: RegExp;
  /** The first of them that it strikes, from 1. */
  readonly nth?: number;
}

/** Requests of a tenant that come to the tap, from now on. */
export interface RequestWatch {
  /** The chosen one has come. */
  came(): boolean;
  stop(): void;
}

/** Watches for the request itself, whatever the fault does; to be started when the fault is in force. */
export function watchRequests(
  context: ScenarioContext,
  tenant: string,
  node: string,
  { op, key, nth = 1 }: RequestChoice = {},
): RequestWatch {
  let count = 0;
  const isChosen = (event: StoreEvent): boolean =>
    event.type === 'received' &&
    event.tenant === tenant &&
    event.node === node &&
    (op === undefined || op.includes(event.op)) &&
    (key === undefined || key.test(event.key));
  const stop = context.rig.store.onEvent((event) => {
    if (isChosen(event)) count += 1;
  });
  context.defer(stop);
  return { came: () => count >= nth, stop };
}
