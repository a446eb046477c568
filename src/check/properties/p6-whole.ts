// P6. The store is whole at every commit: each index parses, and each object that it names exists. A tombstoned index
// names nothing. What the suite planted or spoiled is left out (judging section 4).

import type { FindingKind } from '../../core/finding.ts';
import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, isIndexKey, isMutation, short, spans, storeText } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { needsTap } from './p2-conflict.ts';
import { UNKNOWN_LAYOUT } from './p4-lost-update.ts';
import { createImage } from './store/image.ts';

/** The sweep of P6. */
export function createWholeSweep(judge: Judge): PropertySweep {
  return new WholeSweep(judge);
}

class WholeSweep implements PropertySweep {
  readonly id = 'P6';
  private readonly judge: Judge;
  private readonly image = createImage();
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
    if (line.stream !== 'store' || line.type !== 'committed' || !isMutation(line)) return;
    if (line.tenant !== undefined) this.committed(line, line.tenant);
  }

  private committed(line: StoreLine, tenant: string): void {
    const isOurs = line.node === 'suite';
    if (!isOurs) this.judged += 1;
    if (!isOurs && line.op === 'delete') this.deleted(line, tenant);
    this.image.commit(line);
    if (!isOurs && line.op !== 'delete' && isIndexKey(line.key)) this.written(line, tenant);
  }

  private written(line: StoreLine, tenant: string): void {
    // Of a target whose first index we can't read, no index says anything.
    if (!this.image.isLayoutKnown()) return;
    if (!line.index?.readable) {
      this.complain(
        line,
        tenant,
        `${line.node} writes an index of tenant ${short(tenant)} that can't be read`,
      );
      return;
    }
    if (line.index.tombstone) return;
    const missing = line.index.names.find(
      (name) => !this.image.object(tenant, name) && !this.image.isPlanted(name),
    );
    if (missing === undefined) return;
    this.complain(
      line,
      tenant,
      `${line.node} writes an index of tenant ${short(tenant)} that names an object which is not there`,
      missing,
    );
  }

  private deleted(line: StoreLine, tenant: string): void {
    const index = this.image.namedBy(tenant, line.key);
    if (!index || index.planted || this.image.isPlanted(line.key)) return;
    if (!this.image.object(tenant, line.key)) return;
    this.complain(
      line,
      tenant,
      `${line.node} leaves an index of tenant ${short(tenant)} that names an object which is gone`,
      line.key,
      index.line,
    );
  }

  private complain(
    line: StoreLine,
    tenant: string,
    message: string,
    missing?: string,
    index?: StoreLine,
  ): void {
    const kind: FindingKind = this.judge.fencing.isBeyond(line)
      ? 'unclear'
      : (this.judge.taintOf(tenant) ?? 'server');
    this.judge.complain('P6', {
      kind,
      damage: 'corruption',
      message,
      expected: 'every index parses and every object it names exists',
      actual:
        (missing === undefined ? 'it does not parse' : `missing: ${missing}`) +
        `; ${spans(this.judge.node, tenant, line.node, index?.node ?? line.node)}`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [
        ...(index ? [evidence(index, storeText(index))] : []),
        evidence(line, storeText(line)),
      ],
    });
  }
}
