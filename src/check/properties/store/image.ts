// What is in the store after each commit: the objects of each tenant, the newest index of each timeline and what it
// names. Planted and spoiled objects (node `suite`) are in it, but marked, for nothing is judged by them.

import type { StoreLine } from '../../../history/events.ts';
import { isIndexKey, isMutation } from '../../evidence.ts';
import { memberOf } from '../../member.ts';

/** The newest index of one timeline. */
export interface NewestIndex {
  readonly line: StoreLine;
  /** Written by the suite: left out of judging. */
  readonly planted: boolean;
  readonly names: ReadonlySet<string>;
}

/** The store as the commits made it. */
export interface StoreImage {
  /** Takes a commit; call it after judging by the state before. */
  commit(line: StoreLine): void;
  /** The commit that wrote the object which is there now. */
  object(tenant: string, key: string): StoreLine | undefined;
  /** True when the suite itself wrote or deleted this key. */
  isPlanted(key: string): boolean;
  /** The newest index that names the object. */
  namedBy(tenant: string, key: string): NewestIndex | undefined;
  /** False when the first index of a node was not recognised: P4 and P6 can't be judged. */
  isLayoutKnown(): boolean;
}

interface TenantImage {
  readonly objects: Map<string, StoreLine>;
  /** By folder of the index key. */
  readonly newest: Map<string, NewestIndex>;
}

/** An empty store. */
export function createImage(): StoreImage {
  const tenants = new Map<string, TenantImage>();
  const planted = new Set<string>();
  let layout: boolean | undefined;

  function index(line: StoreLine, image: TenantImage): void {
    const folder = folderOf(line.key);
    if (line.op === 'delete') {
      if (image.newest.get(folder)?.line.key === line.key) image.newest.delete(folder);
      return;
    }
    const isOurs = line.node === 'suite';
    if (!isOurs) layout ??= line.index?.readable ?? false;
    const names = new Set(line.index?.tombstone ? [] : (line.index?.names ?? []));
    image.newest.set(folder, { line, planted: isOurs, names });
  }
  return {
    isLayoutKnown: () => layout !== false,
    isPlanted: (key) => planted.has(key),
    object: (tenant, key) => tenants.get(tenant)?.objects.get(key),
    namedBy(tenant, key) {
      for (const newest of tenants.get(tenant)?.newest.values() ?? []) {
        if (newest.names.has(key)) return newest;
      }
      return undefined;
    },
    commit(line) {
      if (line.tenant === undefined || !isMutation(line)) return;
      const image = memberOf(tenants, line.tenant, () => ({
        objects: new Map(),
        newest: new Map(),
      }));
      if (line.op === 'delete') image.objects.delete(line.key);
      else image.objects.set(line.key, line);
      if (line.node === 'suite') planted.add(line.key);
      else planted.delete(line.key);
      if (isIndexKey(line.key)) index(line, image);
    },
  };
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
