// Laws of the store's part of a history, under many clients and random faults: each seed is one storm.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../core/random.ts';
import { createLineValidator } from '../../history/index.ts';
import type { RuleAction, RulePoint } from '../index.ts';
import { openTestStore, sdkClient, type TestLine, type TestStore } from '../testing/test-store.ts';

const KEYS = ['k1', 'k2', 'k3'];
const POINTS: readonly RulePoint[] = ['received', 'committed', 'answered'];
const ACTIONS: readonly RuleAction[] = [
  { kind: 'hold' },
  { kind: 'delay', ms: 2 },
  { kind: 'fail', status: 503, code: 'SlowDown' },
  { kind: 'reset' },
  { kind: 'drop' },
  { kind: 'truncate', bytes: 20 },
  { kind: 'slow', bytesPerSecond: 50_000 },
];

test.each(Array.from({ length: 5 }, (_, seed) => seed))('storm %i', async (seed) => {
  const random = createRandom(`store/${seed}`);
  await using store = await openTestStore();
  const rules = Array.from({ length: 12 }, (_, index) =>
    store.addRule({
      id: `f${index}`,
      key: random.pick(KEYS),
      skip: random.below(10),
      times: 1 + random.below(3),
      point: random.pick(POINTS),
      action: random.pick(ACTIONS),
    }),
  );
  const clients = [1, 2, 3, 4].map((boot) => drive(store, random.fork(String(boot)), boot));
  const all = Promise.all(clients);
  let done = false;
  void all.then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const rule = random.pick(rules);
    if (random.below(4) === 0) rule.drop();
    else rule.release();
    if (random.below(3) === 0) rule.remove();
  }
  for (const rule of rules) rule.remove();
  await expect.poll(() => store.pending()).toEqual([]);
  expect(rules.some((rule) => rule.hits > 0)).toBe(true);
  await checkLaws(store);
});

async function drive(store: TestStore, random: Random, boot: number): Promise<void> {
  using s3 = sdkClient(store, 'a', boot);
  for (let index = 0; index < 25; index += 1) {
    const abortSignal = AbortSignal.timeout(20 + random.below(60));
    const sent = s3.client.send(randomCommand(random, `${boot}/${index}`), { abortSignal });
    await sent
      .then((answer) =>
        (answer as { Body?: { transformToString(): unknown } }).Body?.transformToString(),
      )
      .catch(() => {});
  }
}

function randomCommand(random: Random, body: string): PutObjectCommand {
  const at = { Bucket: 'bucket', Key: random.pick(KEYS) };
  const Objects = KEYS.slice(random.below(3)).map((Key) => ({ Key }));
  const command = random.pick([
    () => new PutObjectCommand({ ...at, Body: body }),
    () => new PutObjectCommand({ ...at, Body: body, IfNoneMatch: '*' }),
    () => new GetObjectCommand(at),
    () => new DeleteObjectCommand(at),
    () => new DeleteObjectsCommand({ Bucket: 'bucket', Delete: { Objects } }),
    () => new CopyObjectCommand({ ...at, CopySource: `bucket/${random.pick(KEYS)}` }),
  ])();
  return command as PutObjectCommand;
}

async function checkLaws(store: TestStore): Promise<void> {
  const { lines } = store;
  const validate = createLineValidator();
  const newest = new Map<string, string | undefined>();
  const ended = new Map<string, string[]>();
  let order = 0;
  for (const [i, line] of lines.entries()) {
    expect(validate({ i, ...line })).not.toHaveProperty('message');
    const stages = ended.get(`${line.req} ${line.key}`) ?? [];
    ended.set(`${line.req} ${line.key}`, [...stages, line.type]);
    if (line.type !== 'committed') continue;
    order += 1;
    expect(line.order).toBe(order);
    expect(line.previous).toBe(newest.get(line.key));
    newest.set(line.key, line.etag);
  }
  for (const [id, stages] of ended) {
    const line = lines.find(({ req, key }) => id === `${req} ${key}`)!;
    expect(stages.join(' '), id).toMatch(pattern(line));
  }
  for (const key of KEYS) expect(await store.objects.version(key)).toBe(newest.get(key));
}

/** Received, then committed or dropped exactly once, then answered at most once. */
function pattern(line: TestLine): RegExp {
  if (line.op === 'get') return /^received( answered)?$/;
  return /^received ((committed answered)|(dropped( answered)?))$/;
}
