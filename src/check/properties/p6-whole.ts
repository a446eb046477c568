// P6. The store is whole at every commit: each index parses, and each object that it names exists. A tombstoned index
// names nothing. What the suite planted or spoiled is left out (judging section 4).

import type { FindingKind } from '../../core/finding.ts';
import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, isIndexKey, isMutation, short, storeText } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { isBeyondFencing, needsTap } from './p2-conflict.ts';
import { UNKNOWN_LAYOUT } from './p4-lost-update.ts';
import { createImage } from './store/image.ts';

/** The sweep of P6. */
export function createWholeSweep(judge: Judge): PropertySweep {
  const image = createImage();
  let deciding = 0;

  function committed(line: StoreLine, tenant: string): void {
    const isOurs = line.node === 'suite';
    if (!isOurs) deciding += 1;
    if (!isOurs && line.op === 'delete') deleted(line, tenant);
    image.commit(line);
    if (!isOurs && line.op !== 'delete' && isIndexKey(line.key)) written(line, tenant);
  }
  function written(line: StoreLine, tenant: string): void {
    if (!line.index?.readable) {
      complain(
        line,
        tenant,
        `${line.node} writes an index of tenant ${short(tenant)} that can't be read`,
      );
      return;
    }
    if (line.index.tombstone) return;
    const missing = line.index.names.find(
      (name) => !image.object(tenant, name) && !image.isPlanted(name),
    );
    if (missing === undefined) return;
    complain(
      line,
      tenant,
      `${line.node} writes an index of tenant ${short(tenant)} that names an object which is not there`,
      missing,
    );
  }
  function deleted(line: StoreLine, tenant: string): void {
    const index = image.namedBy(tenant, line.key);
    if (!index || index.planted || image.isPlanted(line.key)) return;
    if (!image.object(tenant, line.key)) return;
    complain(
      line,
      tenant,
      `${line.node} leaves an index of tenant ${short(tenant)} that names an object which is gone`,
      line.key,
      index.line,
    );
  }
  function complain(
    line: StoreLine,
    tenant: string,
    message: string,
    missing?: string,
    index?: StoreLine,
  ): void {
    const kind: FindingKind = isBeyondFencing(line, judge.limits.store)
      ? 'unclear'
      : (judge.taintOf(tenant) ?? 'server');
    judge.complain('P6', {
      kind,
      damage: 'corruption',
      message,
      expected: 'every index parses and every object it names exists',
      ...(missing === undefined ? {} : { actual: `missing: ${missing}` }),
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [
        ...(index ? [evidence(index, storeText(index))] : []),
        evidence(line, storeText(line)),
      ],
    });
  }
  return {
    id: 'P6',
    deciding: () => deciding,
    end: () => {},
    unsupported: () => needsTap(judge) ?? (image.isLayoutKnown() ? undefined : UNKNOWN_LAYOUT),
    line(line: HistoryLine) {
      if (line.stream !== 'store' || line.type !== 'committed' || !isMutation(line)) return;
      if (line.tenant !== undefined) committed(line, line.tenant);
    },
  };
}
