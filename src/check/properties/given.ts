// Tenants that the history itself brought into being: only of those can be told that a node shows what it was not
// given. Others may have been there before, or got their id from a node.

import type { Evidence } from '../../core/finding.ts';
import type { InvokeLine } from '../../history/events.ts';
import { evidence } from '../evidence.ts';
import { type Call, isOpener } from '../ownership/calls.ts';

/** The tenants that were given to nodes. */
export interface Given {
  invoked(line: InvokeLine): void;
  /** The request that first gave the tenant to any node, if it is ours for certain and older than the call. */
  elsewhere(tenant: string, call: Call): Evidence | undefined;
}

/** Creates the record. */
export function createGiven(): Given {
  const first = new Map<string, Evidence>();
  /** When each node was first asked to create a tenant under an id of its own choice. */
  const unnamed = new Map<string, number>();
  return {
    invoked(line) {
      if (!isOpener(line.op)) return;
      if (line.tenant === undefined) {
        if (!unnamed.has(line.node)) unnamed.set(line.node, line.t);
      } else if (!first.has(line.tenant)) {
        first.set(line.tenant, evidence(line, `${line.op} is sent to ${line.node}`));
      }
    },
    elsewhere(tenant, call) {
      const given = first.get(tenant);
      if (!given || given.t >= call.invokedAt) return undefined;
      return given.t < (unnamed.get(call.node) ?? Infinity) ? given : undefined;
    },
  };
}
