// What the rest of the code may use of Toxiproxy: the engine as a server, the providers, the client of the
// extensions. The plain API is spoken with toxiproxy-node-client, in src/fault only.

export { ConformanceApiError } from './client/api-call.ts';
export { ConformanceClient } from './client/conformance-client.ts';
export type { EventStream } from './client/event-stream.ts';
export * from './conformance/wire.ts';
export { runToxiproxyServer, type ToxiproxyServer } from './engine/lazy.ts';
export { DEFAULT_PORT, type ServerOptions } from './engine/options.ts';
export { findServer } from './provider/binary.ts';
export { findDocker } from './provider/docker.ts';
export { openToxiproxy, parseProvider } from './provider/open.ts';
export {
  PROVIDER_KINDS,
  type ProviderKind,
  type ProviderOptions,
  type RunningToxiproxy,
} from './provider/provider.ts';
