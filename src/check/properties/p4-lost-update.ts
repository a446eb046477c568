// P4. An index write follows from what its writer knew: the version that it replaces is none, or was committed by the
// same node since its may-own opened (all boots of one data directory are one lineage, and a put that was never
// answered counts), or was answered to that node by a GET since then. And nothing deletes an object that the newest
// index names. What the suite planted is left out (judging section 4).

import type { FindingKind } from '../../core/finding.ts';
import type { HistoryLine, StoreLine } from '../../history/events.ts';
import {
  evidence,
  isIndexKey,
  isMutation,
  milliseconds,
  short,
  spans,
  storeText,
} from '../evidence.ts';
import type { Judge, Lack, PropertySweep } from '../judge.ts';
import { needsTap } from './p2-conflict.ts';
import { createImage } from './store/image.ts';
import { createReads } from './store/reads.ts';

/** Why P4 and P6 can't be judged of a store whose indexes nobody can read. */
export const UNKNOWN_LAYOUT: Lack = {
  capability: 'layout',
  reason: 'the first index that the target wrote has no layout that we know',
};

/** The sweep of P4. */
export function createLostUpdateSweep(judge: Judge): PropertySweep {
  return new LostUpdateSweep(judge);
}

class LostUpdateSweep implements PropertySweep {
  readonly id = 'P4';
  private readonly judge: Judge;
  private readonly image = createImage();
  private readonly reads = createReads();
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  end() {}

  unsupported() {
    return needsTap(this.judge) ?? (this.image.isLayoutKnown() ? undefined : UNKNOWN_LAYOUT);
  }

  line(line: HistoryLine) {
    if (line.stream !== 'store' || line.tenant === undefined) return;
    if (line.type === 'committed' && isMutation(line)) this.committed(line, line.tenant);
    else if (line.type === 'answered') this.reads.answered(line);
  }

  private committed(line: StoreLine, tenant: string): void {
    // Of a target whose first index we can't read, we don't know what an index is.
    if (line.node !== 'suite' && this.image.isLayoutKnown()) {
      if (line.op === 'delete') this.deleted(line, tenant);
      else if (isIndexKey(line.key)) this.written(line, tenant);
    }
    this.image.commit(line);
  }

  private written(line: StoreLine, tenant: string): void {
    this.judged += 1;
    const before = this.image.object(tenant, line.key);
    // Without a version to replace, or with one that nobody of the history wrote, there is nothing to lose.
    if (line.previous === undefined || before?.etag !== line.previous) return;
    if (before.node === 'suite') return;
    const since = this.judge.node.holding(line.node, tenant)?.lineageAt ?? -1;
    if (before.node === line.node && before.t >= since) return;
    if (this.reads.has(line.node, line.key, line.previous, since)) return;
    this.judge.complain('P4', {
      kind: this.kindOf(line, before, tenant),
      damage: 'corruption',
      message:
        `${line.node} replaces an index of tenant ${short(tenant)} that ${before.node}#${before.boot} ` +
        'wrote and that it never read: an update is lost',
      expected: `version ${line.previous} read or written by ${line.node} since ${milliseconds(since)}`,
      actual: `it was neither; ${spans(this.judge.node, tenant, line.node, before.node)}`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [evidence(before, storeText(before)), evidence(line, storeText(line))],
    });
  }

  private deleted(line: StoreLine, tenant: string): void {
    this.judged += 1;
    const index = this.image.namedBy(tenant, line.key);
    const object = this.image.object(tenant, line.key);
    if (!index || index.planted || !object || this.image.isPlanted(line.key)) return;
    this.judge.complain('P4', {
      kind: this.kindOf(line, index.line, tenant),
      damage: 'corruption',
      message: `${line.node} deletes an object of tenant ${short(tenant)} that the newest index names`,
      expected: 'an index without it, before it is deleted',
      actual: `${storeText(line)}; ${spans(this.judge.node, tenant, line.node, index.line.node)}`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [
        evidence(index.line, `${storeText(index.line)}: it names the object`),
        evidence(line, storeText(line)),
      ],
    });
  }

  private kindOf(line: StoreLine, before: StoreLine, tenant: string): FindingKind {
    const { fencing } = this.judge;
    if (fencing.isBeyond(line) || fencing.isBeyond(before)) return 'unclear';
    return this.judge.taintOf(tenant) ?? 'server';
  }
}
