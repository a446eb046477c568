// What the store holds of each tenant, as far as the tap tells: whether an attach must find something there.

import type { HistoryLine, StoreLine } from '../../history/events.ts';
import { isIndexKey, isMutation } from '../evidence.ts';
import { memberOf } from '../member.ts';

/** `known`: a whole index was there all the time; `unknown`: nothing ever was; otherwise nothing is claimed. */
export type Knowledge = 'known' | 'unknown' | 'unclear';

/** The store's tenants. */
export interface StoreKnowledge {
  see(line: HistoryLine): void;
  /** What the store has known of the tenant at every moment since `t`. */
  since(tenant: string, t: number): Knowledge;
}

interface TenantObjects {
  readonly indexes: Set<string>;
  /** When the set of whole indexes last became non-empty; Infinity while it is empty. */
  since: number;
}

/** Creates the record. Without a tap everything is `unclear`. */
export function createKnowledge(): StoreKnowledge {
  const tenants = new Map<string, TenantObjects>();
  let tapped = false;

  function committed(line: StoreLine, tenant: string): void {
    const objects = memberOf(tenants, tenant, () => ({ indexes: new Set(), since: Infinity }));
    if (!isIndexKey(line.key)) return;
    const isWhole = line.op !== 'delete' && line.index?.readable === true && !line.index.tombstone;
    if (isWhole) {
      if (objects.indexes.size === 0) objects.since = line.t;
      objects.indexes.add(line.key);
    } else {
      objects.indexes.delete(line.key);
      // A spoiled or deleted index: an attach that saw it owes nothing any more.
      objects.since = objects.indexes.size === 0 ? Infinity : line.t;
    }
  }
  return {
    see(line) {
      if (line.stream === 'run' && line.type === 'header') tapped = line.tap;
      if (line.stream !== 'store' || line.type !== 'committed' || line.tenant === undefined) return;
      if (isMutation(line)) committed(line, line.tenant);
    },
    since(tenant, t) {
      if (!tapped) return 'unclear';
      const objects = tenants.get(tenant);
      if (!objects) return 'unknown';
      return objects.since <= t ? 'known' : 'unclear';
    },
  };
}
