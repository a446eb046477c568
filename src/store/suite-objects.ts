// What the suite itself plants, spoils and looks at; in the history it is node `suite`, so that checkers leave it out.
import { createHash } from 'node:crypto';
import type { StoreOp } from '../history/events.ts';
import type { Backend, OnCommit } from './backend/backend.ts';
import type { StoreObjects } from './store.ts';
import { isIndexKey, ownersOf } from './witness/names.ts';
import type { Recorder, Subject } from './witness/recorder.ts';

/** The objects of a backend, recorded. */
export function suiteObjects(
  backend: Backend,
  recorder: Recorder,
  tenantsBelow: string,
): StoreObjects {
  const put = async (key: string, bytes: Buffer): Promise<string> => {
    const etag = createHash('md5').update(bytes).digest('hex');
    const request = { key, bytes, etag, headers: {} };
    return recorded(
      recorder,
      'put',
      key,
      async (onCommit) => (await backend.put(request, onCommit)).etag!,
    );
  };
  const list = (prefix: string): Promise<readonly string[]> => listAll(backend, prefix);
  const ofTenant = async (tenant: string, timeline?: string): Promise<readonly string[]> => {
    const keys = await Promise.all(recorder.foldersOf(tenant).map(list));
    return keys.flat().filter((key) => {
      const owners = ownersOf(key, tenantsBelow);
      return owners.tenant === tenant && (timeline === undefined || owners.timeline === timeline);
    });
  };
  return {
    put: (key, bytes) => put(key, Buffer.from(bytes)),
    get: async (key) => (await backend.get(key))?.bytes,
    version: async (key) => (await backend.head(key))?.etag,
    delete: async (key) => {
      await recorded(recorder, 'delete', key, (onCommit) => backend.delete(key, onCommit));
    },
    list,
    ofTenant,
    indexesOf: async (tenant, timeline) => (await ofTenant(tenant, timeline)).filter(isIndexKey),
    copyAll: async (from, to) => {
      const copies: string[] = [];
      for (const key of await list(from)) {
        const read = await backend.get(key);
        if (!read) continue;
        const copy = to + key.slice(from.length);
        await put(copy, read.bytes);
        copies.push(copy);
      }
      return copies;
    },
  };
}

async function recorded<T>(
  recorder: Recorder,
  op: StoreOp,
  key: string,
  run: (onCommit: OnCommit) => Promise<T>,
): Promise<T> {
  const subject: Subject = {
    req: recorder.nextRequest(),
    writer: { node: 'suite', boot: 0 },
    action: { op, keys: [key] },
  };
  recorder.received(subject);
  return run((commit) => recorder.committed(subject, commit));
}

async function listAll(backend: Backend, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let after = '';
  for (;;) {
    const page = await backend.list({ prefix, delimiter: '', after, keysMax: 1000 });
    keys.push(...page.objects.map(({ key }) => key));
    if (!page.truncated) return keys;
    after = page.next;
  }
}
