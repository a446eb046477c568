// A rig over the stub: what is started, and what is recorded of it.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError, TargetError, UnsupportedError } from '../../core/exit.ts';
import { createStubPlace, type StubPlace, stubFile } from './stub-place.ts';

let place: StubPlace;
beforeEach(() => {
  place = createStubPlace();
});
afterEach(() => place[Symbol.dispose]());

test('only what is used is started, and every end is recorded', async () => {
  {
    await using rig = await place.open();
    await rig.node('b').ensureUp();
    await rig.node('b').ensureUp();
    expect((await fetch(rig.node('b').url)).status).toBe(200);
    expect(rig.node('a').state).toBe('down');
    expect(() => rig.node('a').url).toThrow(HarnessError);
  }
  expect(place.story()).toEqual(['b1 spawn', 'b1 ready', 'b1 terminate', 'b1 exit SIGTERM true']);
  const [header] = place.history().lines;
  expect(header).toMatchObject({
    seed: '7',
    profile: 'hardened',
    nodes: ['a', 'b'],
    target: 'stub',
    tap: true,
    limits: { attach: 10000 },
    versions: { node: process.versions.node, 'pageserver-conformance': expect.any(String) },
  });
  // Nothing of the nodes is left; what they printed is.
  expect(readdirSync(place.folder).filter((name) => name.startsWith('rig-'))).toEqual([]);
  expect(existsSync(join(place.folder, 'out', 'logs', 'rig-1', 'b-1.stdout.log'))).toBe(true);
});

test('each boot has a key of its own, the same folder and the same port', async () => {
  await using rig = await place.open(stubFile('auth: { kind: jwt }'));
  const node = rig.node('a');
  await node.start();
  const { url, dir } = node;
  writeFileSync(join(dir, 'data'), 'x');
  await node.restart();
  await node.restart('kill');
  expect(node).toMatchObject({ boot: 3, url, dir, state: 'up' });
  const launches = [1, 2, 3].map((boot) => place.launched('a', boot));
  expect(new Set(launches.map(({ env }) => env.KEY)).size).toBe(3);
  expect(launches[0]!.env.KEY).toBe(rig.store.issueKey('a', 1).accessKey);
  expect(launches[0]!.arguments[1]).toBe(launches[2]!.arguments[1]);
  expect(launches[0]!.arguments[2]).toBe(dir);
  expect(readFileSync(launches[0]!.env.PEM!, 'utf8')).toBe(rig.tokens?.publicKeyPem);
  expect(statSync(launches[0]!.env.PEM!).mode & 0o004).toBe(0o004);
  expect(existsSync(join(dir, 'data'))).toBe(true);
  await node.renew();
  expect(existsSync(join(dir, 'data'))).toBe(false);
});

test('kill, pause, resume and an emptied disk are told in the order in which they happened', async () => {
  {
    await using rig = await place.open(stubFile('nodes: 1'));
    const node = rig.node('a');
    await node.start();
    node.pause();
    expect(node.state).toBe('paused');
    node.resume();
    expect(() => node.emptyDisk()).toThrow(HarnessError);
    await node.kill();
    expect(() => node.pause()).toThrow(HarnessError);
    // A plain file in place of the folder is how a disk is spoiled.
    node.spoilDisk();
    expect(readFileSync(join(place.folder, 'rig-1', 'a'), 'utf8')).toBe('');
    await expect(node.start()).rejects.toThrow(TargetError);
    node.emptyDisk();
    await node.start({ env: { HOOK: 'on' } });
    expect(place.launched('a', 3).env.HOOK).toBe('on');
    node.pause();
  }
  expect(place.story()).toEqual([
    ...['a1 spawn', 'a1 ready', 'a1 pause', 'a1 resume', 'a1 kill', 'a1 exit SIGKILL true'],
    ...['a2 emptied', 'a3 spawn', 'a3 ready', 'a3 pause', 'a3 resume'],
    ...['a3 terminate', 'a3 exit SIGTERM true'],
  ]);
});

test('a target that can not be started leaves a whole history', async () => {
  const text = stubFile('', 'exit');
  {
    await using rig = await place.open(text);
    await expect(rig.node('a').ensureUp()).rejects.toThrow(TargetError);
  }
  expect(place.story()).toEqual(['a1 spawn', 'a1 exit 3 false']);
});

test('what a target lacks is said by name', async () => {
  await using rig = await place.open(
    stubFile('nodes: 1\ncapabilities: { pause: false, restart: false }'),
  );
  const node = rig.node('a');
  await node.start();
  expect(() => node.pause()).toThrow(UnsupportedError);
  await expect(node.restart()).rejects.toThrow('the target lacks "restart"');
  expect(() => rig.node('b')).toThrow(expect.objectContaining({ capability: 'two-nodes' }));
  // A fresh node needs no restart on old data.
  await node.renew();
  expect(node.boot).toBe(2);
});

test('a target that runs already is only an address', async () => {
  {
    await using rig = await place.open('name: u\nkind: url\nurls: ["http://127.0.0.1:1"]');
    const node = rig.node('a');
    await node.ensureUp();
    expect(node).toMatchObject({ state: 'remote', boot: 1, url: 'http://127.0.0.1:1' });
    await expect(node.kill()).rejects.toThrow(expect.objectContaining({ capability: 'restart' }));
    expect(() => node.pause()).toThrow(expect.objectContaining({ capability: 'pause' }));
    expect(() => rig.store).toThrow(expect.objectContaining({ capability: 'tap' }));
    await rig.watchQuiet(1);
  }
  expect(place.story()).toEqual(['run quiet']);
  expect(place.history().header?.tap).toBe(false);
});

test('a lane stands before store and node, and cuts what belonged to the dead', async () => {
  const told: string[] = [];
  {
    await using rig = await place.open(stubFile(), {
      openLane: async ({ sink }) => ({
        storeAddress: async (node) => ({ host: '127.0.0.9', port: node === 'a' ? 1 : 2 }),
        nodeAt: async (node, boot, { port }) => void told.push(`${node}${boot} at ${port}`),
        cutNode: async (node, boot) => void told.push(`cut ${node}${boot}`),
        [Symbol.asyncDispose]: async () => {
          sink.record({
            stream: 'proxy',
            type: 'close',
            link: 'client-node',
            node: 'a',
            conn: 'c',
          });
        },
      }),
    });
    await rig.node('a').start();
    expect(place.launched('a', 1).arguments[1]).toBe('http://127.0.0.9:1');
    told.push(`it is at ${new URL(rig.node('a').url).port}`);
  }
  const port = told[1]!.split(' ').at(-1);
  expect(told).toEqual([`a1 at ${port}`, `it is at ${port}`, 'cut a1']);
  // The lane is drained before the footer.
  expect(place.story().at(-1)).toBe('proxy close');
});

test('a lane may stand before nodes that run already', async () => {
  const told: string[] = [];
  await using rig = await place.open('name: u\nkind: url\nurls: ["http://h:81", "https://h"]', {
    openLane: async ({ store }) => ({
      storeAddress: async (_, tap) => tap,
      nodeAt: async (node, boot, { host, port }) =>
        void told.push(`${node}${boot} at ${host}:${port}`),
      cutNode: async () => {},
      [Symbol.asyncDispose]: async () => void told.push(`closed, store ${store}`),
    }),
  });
  expect(told).toEqual(['a1 at h:81', 'b1 at h:443']);
  await rig[Symbol.asyncDispose]();
  expect(told).toContain('closed, store undefined');
});

test('a closed rig starts nothing', async () => {
  const rig = await place.open();
  await rig[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
  await expect(rig.node('a').ensureUp()).rejects.toThrow('the rig is closed');
});
