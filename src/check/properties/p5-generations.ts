// P5. With generations (a later API): a generation belongs to one boot of one node; a writer whose generation is not
// the newest deletes nothing and writes only under its own suffix. Without generations there is nothing to judge.

import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { evidence, isIndexKey, isMutation, short, storeText } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { memberOf } from '../member.ts';
import { needsTap } from './p2-conflict.ts';

/** The suffix of a key: `index_part.json-0000000a`. */
const SUFFIX = /-([0-9a-f]{8})$/;

interface Tenant {
  /** The first index commit of each generation. */
  readonly owners: Map<string, StoreLine>;
  /** Generation of each writer `node#boot`. */
  readonly of: Map<string, string>;
  newest: string;
}

/** The sweep of P5. */
export function createGenerationSweep(judge: Judge): PropertySweep {
  return new GenerationSweep(judge);
}

class GenerationSweep implements PropertySweep {
  readonly id = 'P5';
  private readonly judge: Judge;
  private readonly tenants = new Map<string, Tenant>();
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  end() {}

  unsupported() {
    return (
      needsTap(this.judge) ??
      (this.tenants.size === 0 ? { reason: 'the target writes no generations' } : undefined)
    );
  }

  line(line: HistoryLine) {
    if (line.stream !== 'store' || line.type !== 'committed' || !isMutation(line)) return;
    if (line.tenant !== undefined && line.node !== 'suite') this.committed(line, line.tenant);
  }

  private committed(line: StoreLine, id: string): void {
    const generation = SUFFIX.exec(line.key)?.[1] ?? line.index?.generation;
    const tenant = this.tenants.get(id);
    if (generation !== undefined && isIndexKey(line.key) && line.op !== 'delete') {
      this.claimed(line, id, generation);
    } else if (tenant) this.stale(line, id, tenant, generation);
  }

  private claimed(line: StoreLine, id: string, generation: string): void {
    this.judged += 1;
    const tenant = memberOf(this.tenants, id, () => ({
      owners: new Map(),
      of: new Map(),
      newest: generation,
    }));
    const owner = memberOf(tenant.owners, generation, () => line);
    const writer = `${line.node}#${line.boot}`;
    tenant.of.set(writer, generation);
    if (generation > tenant.newest) tenant.newest = generation;
    if (owner.node === line.node && owner.boot === line.boot) return;
    this.complain(
      line,
      id,
      `generation ${generation} is used by ${writer} and by ${owner.node}#${owner.boot}`,
      owner,
    );
  }

  private stale(line: StoreLine, id: string, tenant: Tenant, suffix: string | undefined): void {
    const own = tenant.of.get(`${line.node}#${line.boot}`);
    if (own === undefined || own >= tenant.newest) return;
    this.judged += 1;
    const newest = tenant.owners.get(tenant.newest)!;
    if (line.op === 'delete') {
      this.complain(line, id, `a writer of the stale generation ${own} deletes`, newest);
    } else if (suffix !== own) {
      this.complain(
        line,
        id,
        `a writer of the stale generation ${own} writes outside of it`,
        newest,
      );
    }
  }

  private complain(line: StoreLine, tenant: string, what: string, other: StoreLine): void {
    this.judge.complain('P5', {
      damage: 'conflict',
      message: `tenant ${short(tenant)}: ${what}`,
      tenant,
      node: line.node,
      scenario: line.scenario,
      evidence: [evidence(other, storeText(other)), evidence(line, storeText(line))],
    });
  }
}
