// A fault that is left out, for a run that is made to see whether what was found needs it.

import type { Fault, FaultHandle } from '../fault.ts';

/**
 * A handle for those who wait for the fault: it acts on nothing and is in no history, and says that it struck once, so that a
 * scenario goes on without it. What a scenario then says of its own proves nothing; what the history says does.
 */
export function idleFault(id: string, fault: Fault): FaultHandle {
  const { node = fault.link?.node, tenant } = fault;
  const hit = {
    t: 0,
    ...(node === undefined ? {} : { node }),
    ...(tenant === undefined ? {} : { tenant }),
  };
  let healed = false;
  return {
    id,
    kind: fault.kind,
    hits: 1,
    struck: [hit],
    get healed() {
      return healed;
    },
    held: [],
    hit: async () => hit,
    release: async () => {},
    drop: async () => {},
    duplicate: async () => {},
    observed: () => {},
    async heal() {
      healed = true;
    },
  };
}
