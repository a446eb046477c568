// A node's side of the store, as small as it can be: one signed put on a connection of its own. Used by tests only.

import { request as httpRequest } from 'node:http';
import { sign } from 'aws4';
import type { AccessKey } from '../../store/index.ts';

/** How a put ended. */
export interface Put {
  readonly status?: number;
  readonly error?: string;
  readonly code?: string | undefined;
  readonly elapsedMs: number;
}

/** Puts `{}`; never rejects. */
export function put(
  { host, port }: { host: string; port: number },
  { accessKey, secretKey }: AccessKey,
  key: string,
): Promise<Put> {
  const body = '{}';
  const startMs = performance.now();
  const signed = sign(
    {
      host: `${host}:${port}`,
      path: `/bucket/${key}`,
      method: 'PUT',
      body,
      service: 's3',
      region: 'eu',
    },
    { accessKeyId: accessKey, secretAccessKey: secretKey },
  );
  return new Promise((resolve) => {
    const elapsed = () => ({ elapsedMs: performance.now() - startMs });
    const fail = (error: NodeJS.ErrnoException) => resolve({ error: error.code!, ...elapsed() });
    const outgoing = httpRequest({ ...signed, host, port, agent: false } as object);
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', fail);
      incoming.on('end', () => {
        const code = /<Code>(.*?)<\/Code>/.exec(Buffer.concat(chunks).toString())?.[1];
        resolve({ status: incoming.statusCode!, code, ...elapsed() });
      });
    });
    outgoing.end(body);
  });
}
