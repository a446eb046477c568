// Puts a store together: backend, recorder, tap.
import { UsageError } from '../core/exit.ts';
import type { ActionContext } from './action/action.ts';
import { Uploads } from './action/multipart.ts';
import type { Backend } from './backend/backend.ts';
import { EmbeddedBackend } from './backend/embedded.ts';
import { RemoteBackend } from './backend/remote.ts';
import type { PendingFilter, PendingRequest, Store, StoreOptions } from './store.ts';
import { suiteObjects } from './suite-objects.ts';
import { Tap } from './tap/tap.ts';
import { ownersOf } from './witness/names.ts';
import { Recorder } from './witness/recorder.ts';

/** Keys of a list page as S3 has it. */
const PAGE_KEYS = 1000;

/** Starts a store; it listens once `listen` is called for a node. Throws `UsageError` for a backend it can't use. */
export async function startStore(options: StoreOptions): Promise<Store> {
  const { bucket, region, prefix } = options;
  const backend = openBackend(options);
  const uploads = new Uploads();
  const recorder = new Recorder(options.sink, prefix);
  const pages = { all: options.pageKeys ?? PAGE_KEYS, byTenant: new Map<string, number>() };
  const pageKeys: ActionContext['pageKeys'] = (listed) =>
    pages.byTenant.get(ownersOf(listed, prefix).tenant ?? '') ?? pages.all;
  const tap = new Tap({
    actions: { bucket, region, backend, uploads, pageKeys },
    recorder,
    cutBy: options.cutBy ?? (() => undefined),
    onFault: options.onFault ?? rethrow,
  });
  return {
    bucket,
    region,
    prefix,
    objects: suiteObjects(backend, recorder),
    listen: (node, host = '127.0.0.1', port = 0) => tap.listen(node, host, port),
    issueKey: (node, boot) => tap.keys.issue(node, boot),
    addRule: (rule) => tap.rules.add(rule),
    setPageKeys: (n, tenant) => {
      if (tenant === undefined) pages.all = n;
      else pages.byTenant.set(tenant, n);
    },
    settle: (node, boot, how) => tap.settle({ node, boot }, how?.keepHeld ?? false),
    markLaneCut: (node, boot) => tap.markLaneCut(node, boot),
    connections: async () => (await tap.connections()).map(({ name }) => name),
    pending: (filter) => choose(tap.pending, filter),
    onEvent: (listener) => recorder.onEvent(listener),
    onConnection: (listener) => tap.onConnection(listener),
    [Symbol.asyncDispose]: async () => {
      await tap[Symbol.asyncDispose]();
      await uploads[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

function openBackend(options: StoreOptions): Backend {
  const backend = options.backend ?? { kind: 'embedded' };
  if (backend.kind === 'embedded') return new EmbeddedBackend(backend.bytesMax, backend.dir);
  if (!URL.canParse(backend.endpoint)) {
    throw new UsageError(`The store's endpoint is no URL: ${backend.endpoint}`);
  }
  return new RemoteBackend(backend);
}

function choose(
  requests: readonly PendingRequest[],
  filter: PendingFilter = {},
): readonly PendingRequest[] {
  const { node, boot, tenant } = filter;
  return requests.filter(
    (request) =>
      (node === undefined || node === request.node) &&
      (boot === undefined || boot === request.boot) &&
      (tenant === undefined || tenant === request.tenant),
  );
}

function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
