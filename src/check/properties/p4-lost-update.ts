// P4. An index write follows from what its writer knew: the version that it replaces is none, or was committed by the
// same node since its may-own opened (all boots of one data directory are one lineage, and a put that was never
// answered counts), or was answered to that node by a GET since then. And nothing deletes an object that the newest
// index names. What the suite planted is left out (judging section 4).

import type { FindingKind } from '../../core/finding.ts';
import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, isIndexKey, isMutation, milliseconds, short, storeText } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { isBeyondFencing, needsTap } from './p2-conflict.ts';
import { createImage } from './store/image.ts';
import { createReads } from './store/reads.ts';

/** Why P4 and P6 can't be judged of a store whose indexes nobody can read. */
export const UNKNOWN_LAYOUT = 'the first index that the target wrote has no layout that we know';

/** The sweep of P4. */
export function createLostUpdateSweep(judge: Judge): PropertySweep {
  const image = createImage();
  const reads = createReads();
  let deciding = 0;

  function committed(line: StoreLine, tenant: string): void {
    if (line.node !== 'suite') {
      if (line.op === 'delete') deleted(line, tenant);
      else if (isIndexKey(line.key)) written(line, tenant);
    }
    image.commit(line);
  }
  function written(line: StoreLine, tenant: string): void {
    deciding += 1;
    const before = image.object(tenant, line.key);
    // Without a version to replace, or with one that nobody of the history wrote, there is nothing to lose.
    if (line.previous === undefined || before?.etag !== line.previous) return;
    if (before.node === 'suite') return;
    const since = judge.node.holding(line.node, tenant)?.lineageAt ?? -1;
    if (before.node === line.node && before.t >= since) return;
    if (reads.has(line.node, line.key, line.previous, since)) return;
    judge.complain('P4', {
      kind: kindOf(line, before, tenant),
      damage: 'corruption',
      message:
        `${line.node} replaces an index of tenant ${short(tenant)} that ${before.node}#${before.boot} ` +
        'wrote and that it never read: an update is lost',
      expected: `version ${line.previous} read or written by ${line.node} since ${milliseconds(since)}`,
      actual: 'it was neither',
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [evidence(before, storeText(before)), evidence(line, storeText(line))],
    });
  }
  function deleted(line: StoreLine, tenant: string): void {
    deciding += 1;
    const index = image.namedBy(tenant, line.key);
    const object = image.object(tenant, line.key);
    if (!index || index.planted || !object || image.isPlanted(line.key)) return;
    judge.complain('P4', {
      kind: kindOf(line, index.line, tenant),
      damage: 'corruption',
      message: `${line.node} deletes an object of tenant ${short(tenant)} that the newest index names`,
      expected: 'an index without it, before it is deleted',
      actual: storeText(line),
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [
        evidence(index.line, `${storeText(index.line)}: it names the object`),
        evidence(line, storeText(line)),
      ],
    });
  }
  function kindOf(line: StoreLine, before: StoreLine, tenant: string): FindingKind {
    const limit = judge.limits.store;
    if (isBeyondFencing(line, limit) || isBeyondFencing(before, limit)) return 'unclear';
    return judge.taintOf(tenant) ?? 'server';
  }
  return {
    id: 'P4',
    deciding: () => deciding,
    end: () => {},
    unsupported: () => needsTap(judge) ?? (image.isLayoutKnown() ? undefined : UNKNOWN_LAYOUT),
    line(line: HistoryLine) {
      if (line.stream !== 'store' || line.tenant === undefined) return;
      if (line.type === 'committed' && isMutation(line)) committed(line, line.tenant);
      else if (line.type === 'answered') reads.answered(line);
    },
  };
}
