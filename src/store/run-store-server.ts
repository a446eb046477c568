// The embedded store as a server of its own (`pageserver-conformance store`), without a history.
import type { HistorySink } from '../history/events.ts';
import { Uploads } from './action/multipart.ts';
import { EmbeddedBackend } from './backend/embedded.ts';
import { Tap } from './tap/tap.ts';
import { Recorder } from './witness/recorder.ts';

/** Where the server listens and who may use it. */
export interface StoreServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
  /** The one bucket; it is there from the start. */
  readonly bucket: string;
  /** Default `us-east-1`. */
  readonly region?: string;
}

/** A running server; disposal ends it and forgets its objects. */
export interface StoreServer extends AsyncDisposable {
  /** `http://host:port`. */
  readonly endpoint: string;
}

/** Starts the server. Rejects as `net.Server.listen` does when the address is taken. */
export async function runStoreServer(options: StoreServerOptions): Promise<StoreServer> {
  const { host, port, accessKey, secretKey, bucket, region = 'us-east-1' } = options;
  const backend = new EmbeddedBackend();
  const uploads = new Uploads();
  const tap = new Tap({
    actions: { bucket, region, backend, uploads, pageKeys: () => 1000 },
    recorder: new Recorder(NO_HISTORY, ''),
    cutBy: () => undefined,
    onFault: (error) => process.stderr.write(`store: ${String(error)}\n`),
  });
  tap.keys.add('client', 1, { accessKey, secretKey });
  const address = await tap.listen('client', host, port);
  return {
    endpoint: `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      await tap[Symbol.asyncDispose]();
      await uploads[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

const NO_HISTORY: HistorySink = { record: () => 0 };
