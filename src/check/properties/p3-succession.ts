// P3. Writers of a tenant follow one another: once a second writer has committed, the first commits nothing any more,
// unless an attach, create, load or boot of the first came after that commit. A hazard of the control plane (P1)
// leaves the servers without guilt.

import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, isMutation, milliseconds, short, spans, storeText } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { needsTap } from './p2-conflict.ts';

/** The last commits of a tenant: by the newest writer, and by the newest of all others. */
interface Commits {
  newest: StoreLine;
  other: StoreLine | undefined;
}

/** The sweep of P3. */
export function createSuccessionSweep(judge: Judge): PropertySweep {
  const tenants = new Map<string, Commits>();
  let deciding = 0;

  function committed(line: StoreLine, tenant: string): void {
    deciding += 1;
    const commits = tenants.get(tenant);
    if (!commits) {
      tenants.set(tenant, { newest: line, other: undefined });
      return;
    }
    const { newest } = commits;
    if (newest.node !== line.node || newest.boot !== line.boot) commits.other = newest;
    commits.newest = line;
    const rival = commits.other;
    if (!rival) return;
    const opened = judge.node.holding(line.node, tenant)?.lastOpened ?? -1;
    if (opened < rival.t) complain(line, rival, tenant, opened);
  }
  function complain(line: StoreLine, rival: StoreLine, tenant: string, opened: number): void {
    const unclear = judge.fencing.isBeyond(line);
    const writer = `${line.node}#${line.boot}`;
    judge.complain('P3', {
      kind: unclear ? 'unclear' : (judge.taintOf(tenant) ?? 'server'),
      damage: 'conflict',
      message:
        `${writer} writes tenant ${short(tenant)} after ${rival.node}#${rival.boot} ` +
        'had taken over: two writers',
      expected: `an attach, load or boot of ${line.node} after ${milliseconds(rival.t)}`,
      actual:
        (opened < 0 ? 'there was none at all' : `the last was at ${milliseconds(opened)}`) +
        `; ${spans(judge.node, tenant, line.node, rival.node)}`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [evidence(rival, storeText(rival)), evidence(line, storeText(line))],
    });
  }
  return {
    id: 'P3',
    deciding: () => deciding,
    end: () => {},
    unsupported: () => needsTap(judge),
    line(line: HistoryLine) {
      if (line.stream !== 'store' || line.type !== 'committed' || !isMutation(line)) return;
      if (line.tenant !== undefined && line.node !== 'suite') committed(line, line.tenant);
    },
  };
}
