// Deaths: asked for or not, while starting, twice at once; and what is settled before they are told.

import { request } from 'node:http';
import process from 'node:process';
import aws4 from 'aws4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Rig } from './index.ts';
import { createStubPlace, type StubPlace, stubFile } from './stub-place.ts';

let place: StubPlace;
beforeEach(() => {
  place = createStubPlace();
});
afterEach(() => place[Symbol.dispose]());

test('a death is told after what the dead had sent is settled, and late writes keep their boot', async () => {
  const tenant = '1f359dd625e519a1a4e8d7509690f6fc';
  {
    await using rig = await place.open();
    const node = rig.node('a');
    await node.start();
    using held = hold(rig);
    const answer = put(
      rig,
      place.launched('a', 1).arguments[1],
      1,
      `pageserver/tenants/${tenant}/x`,
    );
    await held.hit;
    await Promise.all([node.kill(), expect(answer).rejects.toThrow()]);
    await node.start();
    held[Symbol.dispose]();
    // At first it could be what the lane had buffered; what is sent on and on is from somebody who lives.
    const late = () => put(rig, place.launched('a', 2).arguments[1], 1, 'pageserver/tenants/late');
    await expect.poll(() => late().catch(() => 0), { timeout: 10_000 }).toBe(200);
  }
  const lines = place.story();
  expect(lines.slice(0, 6)).toEqual([
    ...['a1 spawn', 'a1 ready', 'a1 store received', 'a1 kill', 'a1 store dropped'],
    'a1 exit SIGKILL true',
  ]);
  expect(lines).toContain('a1 store committed');
});

test('held requests can be kept beyond a death', async () => {
  {
    await using rig = await place.open();
    const node = rig.node('a');
    await node.start();
    using held = hold(rig);
    const answer = put(rig, place.launched('a', 1).arguments[1], 1, 'pageserver/tenants/x');
    await held.hit;
    await Promise.all([node.kill({ keepHeld: true }), expect(answer).rejects.toThrow()]);
    held[Symbol.dispose]();
    await expect.poll(() => rig.store.objects.version('pageserver/tenants/x')).toBeDefined();
  }
  const lines = place.story();
  expect(lines.indexOf('a1 store committed')).toBeGreaterThan(
    lines.indexOf('a1 exit SIGKILL true'),
  );
});

test('a process that ends unasked is told and set up again', async () => {
  {
    await using rig = await place.open();
    const node = rig.node('a');
    await node.start();
    const heard = Promise.withResolvers<number>();
    rig.onUnaskedExit((exit) => heard.resolve(exit.boot));
    process.kill(pidOf('a', 1), 'SIGKILL');
    expect(await heard.promise).toBe(1);
    await node.ensureUp();
    expect(node).toMatchObject({ boot: 2, state: 'up' });
    expect(rig.unaskedExits).toHaveLength(1);
  }
  expect(place.story().slice(2, 5)).toEqual(['a1 exit SIGKILL false', 'a2 spawn', 'a2 ready']);
});

test('a second process on one data folder', async () => {
  {
    await using rig = await place.open();
    const node = rig.node('a');
    await node.start();
    const second = await node.doubleBoot();
    if (second.kind !== 'running') throw new Error(second.reason);
    expect(second.boot).toBe(2);
    expect(second.url).not.toBe(node.url);
    expect(node.boot).toBe(1);
    expect((await fetch(second.url)).status).toBe(200);
    await second.kill();
    await node.restart();
    expect(node.boot).toBe(3);
  }
  expect(place.story().slice(2, 6)).toEqual([
    'a2 spawn',
    'a2 ready',
    'a2 kill',
    'a2 exit SIGKILL true',
  ]);
});

test('struck down while it starts', async () => {
  {
    await using rig = await place.open(stubFile('nodes: 1'));
    await rig.node('a').start({ until: 'spawned' });
    expect(rig.node('a').state).toBe('starting');
    await rig.node('a').kill();
    await rig.node('a').ensureUp();
  }
  expect(place.story().slice(0, 4)).toEqual([
    'a1 spawn',
    'a1 kill',
    'a1 exit SIGKILL true',
    'a2 spawn',
  ]);
});

test('started without waiting, then waited for', async () => {
  await using rig = await place.open(stubFile('nodes: 1'));
  const node = rig.node('a');
  await node.start({ until: 'spawned' });
  await Promise.all([node.ensureUp(), node.ensureUp()]);
  expect(node).toMatchObject({ boot: 1, state: 'up' });
  await node.kill();
  await Promise.all([node.ensureUp(), node.ensureUp()]);
  expect(node.boot).toBe(2);
});

test('a rig that is closed while a node starts takes it down', async () => {
  const rig = await place.open(stubFile('nodes: 1', 'silent'));
  await rig.node('a').start({ until: 'spawned' });
  const up = rig.node('a').ensureUp();
  await Promise.all([expect(up).rejects.toThrow('the rig is closed'), rig[Symbol.asyncDispose]()]);
  // The start that is given up and the rig's own end both strike; which is first is the system's affair.
  const story = place.story().filter((line) => line !== 'a1 kill');
  const end = expect.stringMatching(/^a1 exit SIG(TERM|KILL) true$/);
  expect(story).toEqual(['a1 spawn', 'a1 terminate', end]);
});

test('a start that takes too long is told as a kill', async () => {
  {
    await using rig = await place.open(stubFile('ready: { timeout: 400ms }', 'silent'));
    await expect(rig.node('a').ensureUp()).rejects.toThrow('was not ready within 400 ms');
  }
  expect(place.story()).toEqual(['a1 spawn', 'a1 kill', 'a1 exit SIGKILL true']);
});

test('SIGKILL after the stop limit is told as such', async () => {
  const text = stubFile('limits: { stop: 50ms }', 'stubborn');
  {
    await using rig = await place.open(text);
    await rig.node('a').ensureUp();
  }
  expect(place.story().slice(2)).toEqual(['a1 terminate', 'a1 kill', 'a1 exit SIGKILL true']);
});

/** Holds the next put; disposing lets it go. */
function hold(rig: Rig) {
  const hit = Promise.withResolvers<void>();
  const rule = rig.store.addRule({
    id: 'f1',
    op: ['put'],
    point: 'received',
    times: 1,
    action: { kind: 'hold' },
    onHit: () => hit.resolve(),
  });
  return { hit: hit.promise, [Symbol.dispose]: () => rule.remove() };
}

/** Puts an object as a boot of node a would; resolves with the status. */
function put(rig: Rig, endpoint: string, boot: number, key: string): Promise<number> {
  const { host, hostname, port } = new URL(endpoint);
  const { accessKey, secretKey } = rig.store.issueKey('a', boot);
  const options = {
    ...{ hostname, port, path: `/${rig.store.bucket}/${key}`, method: 'PUT', body: 'x' },
    ...{ headers: { host }, service: 's3', region: rig.store.region },
  };
  aws4.sign(options, { accessKeyId: accessKey, secretAccessKey: secretKey });
  return new Promise((resolve, reject) => {
    request({ ...options, agent: false }, (response) => resolve(response.resume().statusCode!))
      .once('error', reject)
      .end('x');
  });
}

/** Process id of a boot, as the history tells it. */
function pidOf(node: string, boot: number): number {
  const spawn = place
    .history()
    .lines.find((line) => line.stream === 'process' && line.node === node && line.boot === boot);
  return (spawn as { pid: number }).pid;
}
