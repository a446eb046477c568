// The store: an embedded S3 or a real one, behind a tap that witnesses and disturbs.

export type { RuleAction, RuleHandle, RuleHit, RulePoint, StoreRule } from './rule/rule.ts';
export {
  runStoreServer,
  type StoreServer,
  type StoreServerOptions,
} from './run-store-server.ts';
export { startStore } from './start-store.ts';
export type {
  AccessKey,
  ConnectionName,
  CutBy,
  EmbeddedOptions,
  EndedBy,
  PendingFilter,
  PendingRequest,
  S3Options,
  Store,
  StoreEvent,
  StoreObjects,
  StoreOptions,
} from './store.ts';
export { isIndexKey, ownersOf } from './witness/names.ts';
