// What is seen, weighed by the rules of `spec/judging.yaml`: a suite says what it saw, the rule what that costs.

import type { Catalogue, JudgingRow } from '../../catalogue/index.ts';
import { HarnessError } from '../../core/exit.ts';
import type { CheckDetail, Ledger } from './ledger.ts';

/** What goes with a check that a rule weighs. */
export interface WeighDetail extends Omit<CheckDetail, 'level'> {
  /** The requirement that is decided. Default: the rule's own. */
  readonly requirement?: string;
}

/** The rules of judging, for suites. */
export interface Rules {
  /** A row of `spec/judging.yaml`. Throws HarnessError where there is none. */
  rule(id: string): JudgingRow;
  /** One distinct check: where what the rule is about was seen (`ok` is false), it weighs what the rule says. Returns `ok`. */
  weigh(id: string, name: string, ok: boolean, detail?: WeighDetail): boolean;
  /** The single statuses of a rule, classes left out. */
  statuses(id: string): readonly number[];
  /** Whether a status is one of those that a rule is about. */
  covers(id: string, status: number | undefined): boolean;
}

/** Rules that write into this ledger. */
export function createRules(ledger: Ledger, catalogue: Catalogue): Rules {
  const rule = (id: string): JudgingRow => {
    const row = catalogue.judging.find((one) => one.id === id);
    if (row) return row;
    throw new HarnessError(`spec/judging.yaml has no rule "${id}"`);
  };
  return {
    rule,
    weigh(id, name, ok, { requirement, ...detail } = {}) {
      const row = rule(id);
      const decided = requirement ?? row.requirement;
      if (decided === undefined) throw new HarnessError(`rule "${id}" names no requirement`);
      const { verdict: level } = row;
      if (level !== 'fail' && level !== 'warn') ledger.check(decided, name, true);
      else ledger.check(decided, name, ok, { ...detail, level });
      return ok;
    },
    statuses: (id) => (rule(id).statuses ?? []).filter((status) => typeof status === 'number'),
    covers(id, status) {
      if (status === undefined) return false;
      const wanted = [status, `${Math.floor(status / 100)}XX`];
      return (rule(id).statuses ?? []).some((one) => wanted.includes(one));
    },
  };
}
