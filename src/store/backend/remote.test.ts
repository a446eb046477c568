// A real S3 behind the tap, played by a second store: two of ours in a chain.
import {
  CopyObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { S3Options } from '../index.ts';
import { openTestStore, sdkClient, type TestStore } from '../testing/test-store.ts';

/** A tap in front of `real`, whose bucket and prefix have other names there. */
function openChained(real: TestStore): Promise<TestStore> {
  const backend: S3Options = {
    kind: 's3',
    endpoint: real.endpoint,
    bucket: 'real',
    region: 'eu-central-1',
    prefix: '/below/here/',
    ...real.issueKey('tap', 1),
  };
  return openTestStore({ backend });
}

function openReal(): Promise<TestStore> {
  return openTestStore({ bucket: 'real', region: 'eu-central-1' });
}

test('objects go through with their names mapped and their versions known', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  using s3 = sdkClient(store);
  const at = { Bucket: 'bucket', Key: 'a b/ü+&%(1)*/k' };
  await s3.client.send(new PutObjectCommand({ ...at, Body: 'one', Metadata: { m: '1' } }));
  await s3.client.send(new PutObjectCommand({ ...at, Body: 'two', ContentType: 'text/plain' }));
  expect(await real.objects.list('')).toEqual([`below/here/${at.Key}`]);
  const got = await s3.client.send(new GetObjectCommand({ ...at, Range: 'bytes=1-' }));
  expect(await got.Body!.transformToString()).toBe('wo');
  expect([got.ContentRange, got.ContentType]).toEqual(['bytes 1-2/3', 'text/plain']);
  const commits = store.lines.filter((line) => line.type === 'committed');
  expect(commits).toMatchObject([
    { key: at.Key, etag: 'f97c5d29941bfb1b2fdab0874906ab82', order: 1 },
    { previous: 'f97c5d29941bfb1b2fdab0874906ab82', etag: 'b8a9f715dbb64fd5c56e7783c6820a61' },
  ]);
  await store.objects.delete(at.Key);
  await expect(s3.client.send(new GetObjectCommand(at))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

test('a version that was there before the tap is known as the one that was replaced', async () => {
  await using real = await openReal();
  await real.objects.put('below/here/k', 'one');
  await using store = await openChained(real);
  await store.objects.put('k', 'two');
  expect(store.lines.at(-1)).toMatchObject({ previous: 'f97c5d29941bfb1b2fdab0874906ab82' });
});

test('lists page through prefixes and keys; copies and conditions work', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  using s3 = sdkClient(store);
  const Bucket = 'bucket';
  for (const key of ['a/1', 'a/x/1', 'a/x/2', 'a/y', 'b&"<']) await store.objects.put(key, key);
  store.setPageKeys(1);
  const seen: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({
        Bucket,
        Delimiter: '/',
        Prefix: 'a/',
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    seen.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  expect(seen).toEqual(['a/1', 'a/x/', 'a/y']);
  store.setPageKeys(1000);
  expect(await store.objects.list('')).toEqual(['a/1', 'a/x/1', 'a/x/2', 'a/y', 'b&"<']);
  await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'c', CopySource: '/bucket/a/y' }));
  expect((await real.objects.get('below/here/c'))?.toString()).toBe('a/y');
  const put = new PutObjectCommand({ Bucket, Key: 'c', Body: 'x', IfNoneMatch: '*' });
  await expect(s3.client.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

test('equal keys at once: the order of commits here is the order there', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  const bodies = Array.from({ length: 20 }, (_, index) => `body ${index}`);
  await Promise.all(bodies.map((body) => store.objects.put('k', body)));
  const commits = store.lines.filter((line) => line.type === 'committed');
  expect(commits.map((line) => line.previous)).toEqual([
    undefined,
    ...commits.slice(0, -1).map((line) => line.etag),
  ]);
  expect(commits.at(-1)!.etag).toBe(await real.objects.version('below/here/k'));
});

test('a store that fails or breaks now and then is asked again, and the change commits once', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  const action = { kind: 'fail', status: 503, code: 'SlowDown' } as const;
  real.addRule({ id: 'f1', op: ['put'], times: 1, point: 'received', action });
  real.addRule({ id: 'f2', op: ['put'], times: 1, point: 'committed', action: { kind: 'reset' } });
  await store.objects.put('k', 'one');
  expect((await real.objects.get('below/here/k'))?.toString()).toBe('one');
  const commits = store.lines.filter((line) => line.type === 'committed');
  expect(commits).toMatchObject([{ key: 'k', order: 1 }]);
  expect(commits[0]).not.toHaveProperty('previous');
});

test('a change that was never answered counts if it is there afterwards, and not otherwise', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  real.addRule({
    id: 'f1',
    key: '**/k1',
    op: ['put'],
    point: 'committed',
    action: { kind: 'reset' },
  });
  real.addRule({
    id: 'f2',
    key: '**/k2',
    op: ['put'],
    point: 'received',
    action: { kind: 'reset' },
  });
  await store.objects.put('k1', 'one');
  await expect(store.objects.put('k2', 'one')).rejects.toThrow('behind the tap');
  const commits = store.lines.filter((line) => line.type === 'committed');
  expect(commits.map((line) => line.key)).toEqual(['k1']);
});

test('a refusal of the real store reaches the node as such, and nothing commits', async () => {
  await using real = await openReal();
  await using store = await openChained(real);
  using s3 = sdkClient(store);
  const action = { kind: 'fail', status: 403, code: 'AccessDenied' } as const;
  real.addRule({ id: 'f1', op: ['put'], point: 'received', action });
  const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' });
  await expect(s3.client.send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(store.lines.map((line) => line.type)).toEqual(['received', 'dropped', 'answered']);
});
