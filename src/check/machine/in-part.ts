// A request of which only a part reached the node and that was carried out all the same (judging section 1): a status
// shows the tenant otherwise than before, and nothing else was asked of the node in between.

import type { CompletionLine, HistoryLine } from '../../history/events.ts';
import { evidence, short } from '../evidence.ts';
import type { Judge } from '../judge.ts';
import { memberOf } from '../member.ts';
import type { Call } from '../ownership/calls.ts';

interface Place {
  /** What the last status said; undefined when the node has died or booted since. */
  present: boolean | undefined;
  /** What was asked since then that may change it. */
  changes: Call[];
}

/** Watches for requests that were carried out in part; `warn`s. */
export function createInPart(judge: Judge): (line: HistoryLine, call: Call | undefined) => void {
  const nodes = new Map<string, Map<string, Place>>();

  function placeOf(call: Call, tenant: string): Place {
    const places = memberOf(nodes, call.node, () => new Map<string, Place>());
    return memberOf(places, tenant, () => ({ present: undefined, changes: [] }));
  }
  function looked(line: CompletionLine, call: Call, tenant: string): void {
    const isPresent = line.type === 'ok' ? true : line.status === 404 ? false : undefined;
    if (isPresent === undefined) return;
    const place = placeOf(call, tenant);
    const { changes, present } = place;
    const isInPart = changes.length > 0 && changes.every(isPart);
    if (isInPart && present !== undefined && present !== isPresent) complain(line, changes, tenant);
    place.present = isPresent;
    // What has not ended may still change it.
    place.changes = changes.filter((each) => each.outcome === undefined);
  }
  function complain(line: CompletionLine, changes: readonly Call[], tenant: string): void {
    const last = changes.at(-1)!;
    judge.complain('machine', {
      level: 'warn',
      message: `${last.node} carries out ${last.op} of tenant ${short(tenant)}, of which only a part was sent`,
      expected: 'nothing happens before a request is whole',
      tenant,
      node: last.node,
      scenario: last.scenario,
      evidence: [
        { i: last.i, t: last.invokedAt, text: `${last.op} is sent, and only in part` },
        evidence(line, `the tenant is ${line.type === 'ok' ? 'there' : 'gone'}`),
      ],
    });
  }
  return (line, call) => {
    if (line.stream === 'client' && call?.tenant !== undefined) {
      const changes = call.opens || call.closes;
      if (line.type === 'invoke' && changes) placeOf(call, call.tenant).changes.push(call);
      if (line.type !== 'invoke' && call.op === 'tenant_status') looked(line, call, call.tenant);
    } else if (line.stream === 'process' && (line.type === 'exit' || line.type === 'spawn')) {
      nodes.delete(line.node);
    }
  };
}

function isPart(call: Call): boolean {
  return call.partial && call.copies === 0 && call.outcome !== undefined;
}
