// A store for tests: a history in memory, node `a` listening, clients that do not retry.
import { S3Client } from '@aws-sdk/client-s3';
import type { HistoryEvent, StoreLine } from '../history/events.ts';
import { type Store, type StoreOptions, startStore } from './index.ts';

/** A line as a test looks at it. */
export type TestLine = Omit<StoreLine, 'i'>;

/** A store with its history and the address of node `a`. */
export interface TestStore extends Store {
  readonly endpoint: string;
  readonly lines: TestLine[];
}

/** Starts a store that records into memory. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const lines: TestLine[] = [];
  const record = (event: HistoryEvent): number => {
    const line = { ...event, t: Number(process.hrtime.bigint()) };
    if (line.stream === 'store') lines.push(line);
    return line.t;
  };
  const store = await startStore({
    sink: { record },
    bucket: 'bucket',
    region: 'us-east-1',
    prefix: 'pageserver',
    ...options,
  });
  const { host, port } = await store.listen('a');
  return { ...store, lines, endpoint: `http://${host}:${port}` };
}

/** An SDK client as a boot of a node. */
export function sdkClient(
  store: TestStore,
  node = 'a',
  boot = 1,
): { readonly client: S3Client } & Disposable {
  const { accessKey, secretKey } = store.issueKey(node, boot);
  const client = new S3Client({
    endpoint: store.endpoint,
    region: store.region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  return { client, [Symbol.dispose]: () => client.destroy() };
}
