// The AWS SDK for JavaScript against the embedded store: what real S3 clients send is understood.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { openTestStore, sdkClient } from './testing/test-store.ts';

test('an object comes back as it was put, whole, in part, and only described', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const at = { Bucket: 'bucket', Key: 'a b/ü+&%/k' };
  const put = await s3.client.send(
    new PutObjectCommand({ ...at, Body: 'hello world', Metadata: { colour: 'red' } }),
  );
  expect(put.ETag).toBe('"5eb63bbbe01eeed093cb22bb8f5acdc3"');
  const whole = await s3.client.send(new GetObjectCommand(at));
  expect(await whole.Body!.transformToString()).toBe('hello world');
  expect(whole.Metadata).toEqual({ colour: 'red' });
  const part = await s3.client.send(new GetObjectCommand({ ...at, Range: 'bytes=6-8' }));
  expect(await part.Body!.transformToString()).toBe('wor');
  expect(part.ContentRange).toBe('bytes 6-8/11');
  const head = await s3.client.send(new HeadObjectCommand(at));
  expect([head.ContentLength, head.ETag]).toEqual([11, put.ETag]);
});

test('what is absent, unchanged or out of range is told by the right error', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const at = { Bucket: 'bucket', Key: 'k' };
  await expect(s3.client.send(new GetObjectCommand(at))).rejects.toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(s3.client.send(new HeadObjectCommand(at))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(
    s3.client.send(new ListObjectsV2Command({ Bucket: 'elsewhere' })),
  ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  const { ETag } = await s3.client.send(new PutObjectCommand({ ...at, Body: 'x' }));
  const codes = await Promise.all(
    [
      new GetObjectCommand({ ...at, Range: 'bytes=5-' }),
      new GetObjectCommand({ ...at, IfMatch: '"0"' }),
      new GetObjectCommand({ ...at, IfNoneMatch: ETag! }),
      new PutObjectCommand({ ...at, Body: 'y', IfNoneMatch: '*' }),
      new PutObjectCommand({ ...at, Body: 'y', IfMatch: '"0"' }),
    ].map((command) =>
      s3.client.send(command as GetObjectCommand).catch((error) => error.$metadata.httpStatusCode),
    ),
  );
  expect(codes).toEqual([416, 412, 304, 412, 412]);
  expect((await store.objects.get('k'))?.toString()).toBe('x');
});

test('lists page by page, by prefix and delimiter, in both versions', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const keys = ['a/1', 'a/2', 'a/x/1', 'a/x/2', 'a/y', 'b', 'ö/<&>'];
  for (const key of keys) await store.objects.put(key, key);
  store.setPageKeys(2);
  const seen: string[] = [];
  let pages = 0;
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({
        Bucket: 'bucket',
        ...(ContinuationToken && { ContinuationToken }),
      }),
    );
    pages += 1;
    seen.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  expect([seen, pages]).toEqual([keys, 4]);
  store.setPageKeys(1000);
  const below = { Bucket: 'bucket', Prefix: 'a/', Delimiter: '/' };
  const rolled = await s3.client.send(new ListObjectsV2Command(below));
  expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'a/x/' }]);
  expect(rolled.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'a/y']);
  expect(rolled.KeyCount).toBe(4);
  const first = await s3.client.send(new ListObjectsCommand({ ...below, MaxKeys: 3 }));
  expect([first.IsTruncated, first.NextMarker]).toEqual([true, 'a/x/']);
  const second = await s3.client.send(
    new ListObjectsCommand({ ...below, Marker: first.NextMarker! }),
  );
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['a/y']);
  const late = await s3.client.send(
    new ListObjectsV2Command({ Bucket: 'bucket', StartAfter: 'a/y' }),
  );
  expect(late.Contents?.map(({ Key }) => Key)).toEqual(['b', 'ö/<&>']);
});

test('a thousand keys with characters that XML escapes go through lists and deletes', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const keys = Array.from({ length: 1000 }, (_, index) => `<k> &"'\r\n é ${index}&amp;`).sort();
  for (const key of keys) await store.objects.put(key, 'x');
  const listed = await s3.client.send(
    new ListObjectsV2Command({ Bucket: 'bucket', EncodingType: 'url' }),
  );
  expect(listed.Contents?.map(({ Key }) => decodeURIComponent(Key!))).toEqual(keys);
  const Objects = keys.map((Key) => ({ Key }));
  await s3.client.send(new DeleteObjectsCommand({ Bucket: 'bucket', Delete: { Objects } }));
  expect(await store.objects.list('')).toEqual([]);
});

test('deletes one and many, copies, and keeps its one bucket', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const Bucket = 'bucket';
  for (const key of ['a', 'b', 'c', 'd']) await store.objects.put(key, key);
  await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const Objects = [{ Key: 'b' }, { Key: 'absent' }];
  const many = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(many.Deleted).toEqual(Objects);
  await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'e', CopySource: '/bucket/c' }));
  expect(await store.objects.list('')).toEqual(['c', 'd', 'e']);
  expect((await store.objects.get('e'))?.toString()).toBe('c');
  await s3.client.send(new HeadBucketCommand({ Bucket }));
  await s3.client.send(new CreateBucketCommand({ Bucket }));
  const location = await s3.client.send(new GetBucketLocationCommand({ Bucket }));
  expect(location.LocationConstraint ?? '').toBe('');
  const buckets = await s3.client.send(new ListBucketsCommand({}));
  expect(buckets.Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  await expect(s3.client.send(new HeadBucketCommand({ Bucket: 'other' }))).rejects.toThrow();
});

test('uploads in parts become one object when completed, nothing when aborted', async () => {
  await using store = await openTestStore();
  using s3 = sdkClient(store);
  const at = { Bucket: 'bucket', Key: 'big' };
  const halves = [Buffer.alloc(5 * 2 ** 20, 'a'), Buffer.from('tail')];
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at));
  const upload = { ...at, UploadId: UploadId! };
  const Parts = [];
  for (const [index, Body] of halves.entries()) {
    const PartNumber = index + 1;
    const part = await s3.client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
    Parts.push({ PartNumber, ETag: part.ETag! });
  }
  const listed = await s3.client.send(new ListPartsCommand(upload));
  expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * 2 ** 20, 4]);
  expect(await store.objects.get('big')).toBeUndefined();
  const done = await s3.client.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
  );
  expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  expect((await store.objects.get('big'))?.equals(Buffer.concat(halves))).toBe(true);
  const other = await s3.client.send(new CreateMultipartUploadCommand(at));
  const aborted = { ...at, UploadId: other.UploadId! };
  await s3.client.send(new AbortMultipartUploadCommand(aborted));
  await expect(s3.client.send(new ListPartsCommand(aborted))).rejects.toMatchObject({
    name: 'NoSuchUpload',
  });
});

test('a wrong secret and an unknown key are refused, and leave no line in the history', async () => {
  await using store = await openTestStore();
  const key = store.issueKey('a', 1);
  const strangers = [
    [{ ...key, secretKey: 'wrong' }, 'SignatureDoesNotMatch'],
    [{ accessKey: 'AKIAUNKNOWN', secretKey: 'x' }, 'InvalidAccessKeyId'],
  ] as const;
  for (const [stranger, code] of strangers) {
    const client = new S3Client({
      endpoint: store.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: stranger.accessKey, secretAccessKey: stranger.secretKey },
    });
    const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' });
    await expect(client.send(put)).rejects.toMatchObject({ name: code });
    client.destroy();
  }
  expect(store.lines).toEqual([]);
});
