// Puts a tap fault in force.

import type { RuleHandle, Store } from '../../store/index.ts';
import type { Fault } from '../fault.ts';
import type { FaultEffect, Strike } from '../lane/injection.ts';
import { tapRule } from './tap-rule.ts';

/** The part of the store that the lane uses. */
export type StorePort = Pick<Store, 'addRule' | 'markLaneCut' | 'onEvent' | 'onConnection'>;

/** Adds the rule; each request that it strikes is a hit. */
export function startTapFault(
  store: StorePort,
  id: string,
  fault: Fault,
  strike: Strike,
): FaultEffect {
  const rule: RuleHandle = store.addRule({
    ...tapRule(id, fault),
    onHit: ({ req, node, tenant }) =>
      strike({ req, node, ...(tenant === undefined ? {} : { tenant }) }),
  });
  return {
    get held() {
      return rule.held;
    },
    release: async (req) => rule.release(req),
    drop: async (req) => rule.drop(req),
    // The tap can't send a request twice: only its writer signs requests.
    duplicate: async () => undefined,
    infer: () => undefined,
    heal: async () => rule.remove(),
  };
}
