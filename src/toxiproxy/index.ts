// What the rest of the code may use of Toxiproxy: the engine as a server, the providers, the client of the
// extensions. The plain API is spoken with toxiproxy-node-client, in src/fault only.

export { DEFAULT_PORT, type ServerOptions } from './engine/options.ts';
export { runToxiproxyServer, type ToxiproxyServer } from './engine/server.ts';
