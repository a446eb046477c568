// What had struck a tenant before something was found: the faults that hit its requests and what was done to the process.

import type { Evidence } from '../core/finding.ts';
import type { FaultLine, HistoryLine, ProcessLine } from '../history/events.ts';
import { sortLines } from '../history/sort.ts';
import { evidence } from './evidence.ts';
import { memberOf } from './member.ts';

/** Remembered for each tenant and each node: the newest say most, and memory stays bounded. */
const KEPT_MAX = 4;

/** Follows a history. */
export interface Strikes {
  see(line: HistoryLine): void;
  /** The newest that struck the tenant, and the node's process or links as a whole; oldest first, each fault once. */
  before(tenant: string | undefined, node: string | undefined): readonly Evidence[];
}

interface Strike {
  /** Of a fault that strikes again, the first hit is kept. */
  readonly id: string;
  readonly seen: Evidence;
}

/** An empty record. */
export function createStrikes(): Strikes {
  const tenants = new Map<string, Strike[]>();
  const nodes = new Map<string, Strike[]>();

  function keep(of: Map<string, Strike[]>, key: string, strike: Strike): void {
    const list = memberOf(of, key, () => []);
    if (list.some(({ id }) => id === strike.id)) return;
    list.push(strike);
    if (list.length > KEPT_MAX) list.shift();
  }
  return {
    see(line) {
      if (line.stream === 'fault' && line.type === 'hit') {
        const strike = { id: line.fault, seen: evidence(line, faultText(line)) };
        if (line.tenant !== undefined) keep(tenants, line.tenant, strike);
        else if (line.node !== undefined) keep(nodes, line.node, strike);
      } else if (line.stream === 'process' && isStrike(line)) {
        const text = `${line.type} of ${line.node}#${line.boot}`;
        keep(nodes, line.node, { id: text, seen: evidence(line, text) });
      }
    },
    before(tenant, node) {
      const struck = [...(tenants.get(tenant ?? '') ?? []), ...(nodes.get(node ?? '') ?? [])];
      return sortLines(struck.map(({ seen }) => seen)).slice(-KEPT_MAX);
    },
  };
}

function isStrike({ type }: ProcessLine): boolean {
  return type === 'kill' || type === 'terminate' || type === 'pause';
}

function faultText({ kind, where, fault, call, req }: FaultLine): string {
  const what = call ?? req;
  return `${kind} (${where}, ${fault})${what === undefined ? '' : ` hit ${what}`}`;
}
