// Config overrides as they were shown, for P8: between two reads without a request that may change them they are equal.

import { isDeepStrictEqual } from 'node:util';
import type { CompletionLine } from '../../../history/events.ts';
import { evidence } from '../../evidence.ts';
import type { Call } from '../../ownership/calls.ts';
import type { Loss } from './timelines.ts';

/** The overrides last shown of each tenant on each node. */
export interface Overrides {
  /** Something may change them: attach, create, detach or a config call. */
  forget(node: string, tenant: string, t: number): void;
  /** A read; gives what is lost if `isJudged`. */
  shown(tenant: string, line: CompletionLine, call: Call, isJudged: boolean): Loss[];
}

/** Creates the record. */
export function createOverrides(): Overrides {
  const known = new Map<string, CompletionLine>();
  const forgottenAt = new Map<string, number>();
  return {
    forget(node, tenant, t) {
      known.delete(`${node}/${tenant}`);
      forgottenAt.set(`${node}/${tenant}`, t);
    },
    shown(tenant, line, call, isJudged) {
      const place = `${call.node}/${tenant}`;
      const before = known.get(place);
      // A read that was sent before the last change may show either.
      if ((forgottenAt.get(place) ?? -1) >= call.invokedAt) return [];
      known.set(place, line);
      if (!before || !isJudged || before.t >= call.invokedAt) return [];
      if (isDeepStrictEqual(before.seen?.overrides, line.seen?.overrides)) return [];
      return [
        {
          what: 'its config overrides are not what they were',
          expected: JSON.stringify(before.seen?.overrides),
          actual: JSON.stringify(line.seen?.overrides),
          before: [evidence(before, 'the overrides were shown')],
        },
      ];
    },
  };
}
