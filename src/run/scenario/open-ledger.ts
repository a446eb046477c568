// A ledger that closes when its scenario is cut short: the calls under way then end without an answer, and the body, which
// goes on for a moment, must not take that for the target's doing.

import type { Ledger } from './ledger.ts';

/** Writes into `ledger` as long as `isClosed` says no. */
export function openLedger(ledger: Ledger, isClosed: () => boolean): Ledger {
  return {
    check: (requirement, name, ok, detail) =>
      isClosed() ? ok : ledger.check(requirement, name, ok, detail),
    decide: (requirement, name, verdict) => {
      if (!isClosed()) ledger.decide(requirement, name, verdict);
    },
    finding: (finding) => {
      if (!isClosed()) ledger.finding(finding);
    },
    undecided: (requirement, reason) => ledger.undecided(requirement, reason),
    unsupported: (requirement, reason) => ledger.unsupported(requirement, reason),
    exchange: () => ledger.exchange(),
    faultedFlow: () => ledger.faultedFlow(),
  };
}
