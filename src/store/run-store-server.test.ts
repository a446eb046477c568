// The store as a server of its own.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { runStoreServer } from './index.ts';

test('serves its bucket to whoever has the key, and ends', async () => {
  const access = { accessKey: 'conformance', secretKey: 'secret' };
  const server = await runStoreServer({ host: '127.0.0.1', port: 0, bucket: 'b', ...access });
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: access.accessKey, secretAccessKey: access.secretKey },
  });
  await client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }));
  const got = await client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
  expect(await got.Body!.transformToString()).toBe('x');
  await server[Symbol.asyncDispose]();
  await expect(client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toThrow();
  client.destroy();
});

test('a taken port is told', async () => {
  const options = { host: '127.0.0.1', accessKey: 'a', secretKey: 's', bucket: 'b' };
  await using first = await runStoreServer({ ...options, port: 0 });
  const port = Number(new URL(first.endpoint).port);
  await expect(runStoreServer({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
