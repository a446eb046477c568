// A store for tests: a history in memory, node `a` listening, clients that do not retry.
import { S3Client } from '@aws-sdk/client-s3';
import aws4 from 'aws4';
import type { HistoryEvent, StoreLine } from '../../history/events.ts';
import { type Store, type StoreOptions, startStore } from '../index.ts';

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

/** The head of a put whose body of `length` bytes is to follow, signed as boot 1 of node `a`. */
export function signedPut(store: TestStore, key: string, length: number): string {
  const { accessKey, secretKey } = store.issueKey('a', 1);
  const signed = aws4.sign(
    {
      method: 'PUT',
      path: `/bucket/${key}`,
      host: new URL(store.endpoint).host,
      service: 's3',
      region: store.region,
      headers: { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD', 'Content-Length': length },
    },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  const headers = Object.entries(signed.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return `PUT /bucket/${key} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}
