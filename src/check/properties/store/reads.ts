// The versions of indexes that were answered to each node by a GET.

import type { StoreLine } from '../../../history/events.ts';
import { isIndexKey } from '../../evidence.ts';
import { memberOf } from '../../member.ts';

/** Versions kept for each node and key: a writer builds on one of its last reads. */
const KEPT_MAX = 16;

/** What each node has read. */
export interface Reads {
  answered(line: StoreLine): void;
  /** True when this version was answered to the node at or after `since`. */
  has(node: string, key: string, etag: string, since: number): boolean;
}

/** Creates the record. */
export function createReads(): Reads {
  const versions = new Map<string, Map<string, number>>();
  return {
    answered(line) {
      if (line.op !== 'get' || line.etag === undefined || !isIndexKey(line.key)) return;
      // An answer that never left has told nothing; a 304 says that what the node has is this version.
      const { status } = line;
      if (status === undefined || (status >= 300 && status !== 304)) return;
      const read = memberOf(versions, `${line.node} ${line.key}`, () => new Map());
      read.delete(line.etag);
      read.set(line.etag, line.t);
      if (read.size > KEPT_MAX) read.delete(read.keys().next().value!);
    },
    has(node, key, etag, since) {
      return (versions.get(`${node} ${key}`)?.get(etag) ?? Number.NEGATIVE_INFINITY) >= since;
    },
  };
}
