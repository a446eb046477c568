// The faults of one scenario. Each has a name that is the same in every run with the same seed, so that the scenario can be run
// again with a part of them.

import { type Fault, type FaultHandle, type FaultLane, idleFault } from '../../fault/index.ts';

/** A fault that struck. */
export interface StruckFault {
  /** Unique in the scenario. */
  readonly name: string;
  /** For people: `store-hold on store requests of node b`. */
  readonly text: string;
  /** Its first hit: `t` of the history. */
  readonly t: number;
  /** Whose requests it was laid on; absent: everybody's. */
  readonly tenant?: string;
}

/** Puts faults in force and remembers them. */
export interface ScenarioFaults {
  /** Puts it in force on the lane. In a run that is made smaller, one that is left out does nothing and says that it struck. */
  inject(fault: Fault): Promise<FaultHandle>;
  /** What of them has struck, in the order in which they were put in force. */
  struckFaults(): readonly StruckFault[];
}

/** `acting`: the names of the only ones that act; undefined: all. */
export function createFaults(
  lane: () => FaultLane,
  acting: readonly string[] | undefined,
): ScenarioFaults {
  const counts = new Map<string, number>();
  const known: { readonly fault: Omit<StruckFault, 't'>; readonly handle: FaultHandle }[] = [];
  return {
    async inject(fault) {
      const name = nameOf(fault, counts);
      const acts = acting?.includes(name) ?? true;
      const handle = acts ? await lane().inject(fault) : idleFault(name, fault);
      if (acts) known.push({ fault: { name, ...factsOf(fault) }, handle });
      return handle;
    },
    struckFaults: () =>
      known.flatMap(({ fault, handle: { struck } }) =>
        struck.length === 0 ? [] : [{ ...fault, t: Math.min(...struck.map(({ t }) => t)) }],
      ),
  };
}

/** Steps of one tenant follow each other: the n-th of its faults of a kind is the same one in every run. */
function nameOf(fault: Fault, counts: Map<string, number>): string {
  const { kind, where, tenant = 'all' } = fault;
  const place = [kind, where, nodeOf(fault) ?? 'all', tenant].join(' ');
  const count = (counts.get(place) ?? 0) + 1;
  counts.set(place, count);
  return `${place} ${count}`;
}

function factsOf(fault: Fault): Pick<StruckFault, 'text' | 'tenant'> {
  const { kind, where, tenant } = fault;
  const node = nodeOf(fault);
  const link = where === 'client-node' ? 'calls to' : 'store requests of';
  const text = `${kind} on ${link} ${node === undefined ? 'every node' : `node ${node}`}`;
  return { text, ...(tenant === undefined ? {} : { tenant }) };
}

const nodeOf = ({ node, link }: Fault): string | undefined => node ?? link?.node;
