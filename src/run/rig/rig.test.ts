// A rig over the stub: what is started, what is recorded, and in which order at a death.

import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import aws4 from 'aws4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError, TargetError, UnsupportedError } from '../../core/exit.ts';
import { packageRoot } from '../../core/package.ts';
import { type HistoryLine, parseHistory } from '../../history/index.ts';
import { parseTarget } from '../../target/index.ts';
import { openRig, type Rig, type RigOptions } from './index.ts';

const stub = join(packageRoot(), 'fixtures', 'targets', 'stub-pageserver.js');
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'psc-rig-'));
  file = join(folder, 'out', 'history.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const stubFile = (more = '') => `
name: stub
kind: process
command: ["{suite.node}", ${JSON.stringify(stub)}, "{node.host}:{node.port}", "{store.endpoint}", "{node.dir}"]
env: { KEY: "{store.accessKey}", PEM: "{auth.publicKeyFile}" }
${more}`;

function open(text = stubFile(), more: Partial<RigOptions> = {}): Promise<Rig> {
  return openRig({
    target: parseTarget('stub.yaml', text, {}),
    run: {
      seed: '7',
      profile: 'hardened',
      runId: `rig-test-${process.pid}`,
      outDir: join(folder, 'out'),
      tempDir: folder,
    },
    name: 'rig-1',
    historyFile: file,
    ...more,
  });
}

/** The recorded lines as short texts, without those of the frame. */
function story(): string[] {
  const { lines, damage } = parseHistory(readFileSync(file));
  expect(damage).toEqual([]);
  return lines.slice(1, -1).map(tell);
}

function tell(line: HistoryLine): string {
  if (line.stream === 'process') {
    const end = line.type === 'exit' ? ` ${line.signal ?? line.code} ${line.asked}` : '';
    return `${line.node}${line.boot} ${line.type}${end}`;
  }
  return line.stream === 'store'
    ? `${line.node}${line.boot} store ${line.type}`
    : `${line.stream} ${line.type}`;
}

/** What boot `n` of a node was launched with. */
function launched(node: string, boot: number) {
  const log = join(folder, 'out', 'logs', 'rig-1', `${node}-${boot}.stdout.log`);
  return JSON.parse(readFileSync(log, 'utf8')) as {
    arguments: [string, string, string];
    env: Record<string, string>;
  };
}

test('only what is used is started, and every end is recorded', async () => {
  {
    await using rig = await open();
    await rig.node('b').ensureUp();
    await rig.node('b').ensureUp();
    expect((await fetch(rig.node('b').url)).status).toBe(200);
    expect(rig.node('a').state).toBe('down');
    expect(() => rig.node('a').url).toThrow(HarnessError);
  }
  expect(story()).toEqual(['b1 spawn', 'b1 ready', 'b1 terminate', 'b1 exit SIGTERM true']);
  const [header] = parseHistory(readFileSync(file)).lines;
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
  expect(readdirSync(folder).filter((name) => name.startsWith('rig-'))).toEqual([]);
  expect(existsSync(join(folder, 'out', 'logs', 'rig-1', 'b-1.stdout.log'))).toBe(true);
});

test('each boot has a key of its own, the same folder and the same port', async () => {
  await using rig = await open(stubFile('auth: { kind: jwt }'));
  const node = rig.node('a');
  await node.start();
  const { url, dir } = node;
  writeFileSync(join(dir, 'data'), 'x');
  await node.restart();
  await node.restart('kill');
  expect(node).toMatchObject({ boot: 3, url, dir, state: 'up' });
  const launches = [1, 2, 3].map((boot) => launched('a', boot));
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
    await using rig = await open(stubFile('nodes: 1'));
    const node = rig.node('a');
    await node.start();
    node.pause();
    expect(node.state).toBe('paused');
    node.resume();
    expect(() => node.emptyDisk()).toThrow(HarnessError);
    await node.kill();
    expect(() => node.pause()).toThrow(HarnessError);
    // A plain file in place of the folder is how a disk is spoiled.
    rmSync(node.dir, { recursive: true });
    writeFileSync(join(folder, 'rig-1', 'a'), '');
    await expect(node.start()).rejects.toThrow(TargetError);
    node.emptyDisk();
    await node.start({ env: { HOOK: 'on' } });
    expect(launched('a', 3).env.HOOK).toBe('on');
    node.pause();
  }
  expect(story()).toEqual([
    ...['a1 spawn', 'a1 ready', 'a1 pause', 'a1 resume', 'a1 kill', 'a1 exit SIGKILL true'],
    ...['a2 emptied', 'a3 spawn', 'a3 ready', 'a3 pause', 'a3 resume'],
    ...['a3 terminate', 'a3 exit SIGTERM true'],
  ]);
});

test('a death is told after what the dead had sent is settled, and late writes keep their boot', async () => {
  const tenant = '1f359dd625e519a1a4e8d7509690f6fc';
  {
    await using rig = await open();
    const node = rig.node('a');
    await node.start();
    using held = hold(rig);
    const answer = put(rig, launched('a', 1).arguments[1], 1, `pageserver/tenants/${tenant}/x`);
    await held.hit;
    await Promise.all([node.kill(), expect(answer).rejects.toThrow()]);
    await node.start();
    held[Symbol.dispose]();
    expect(await put(rig, launched('a', 2).arguments[1], 1, 'pageserver/tenants/late')).toBe(200);
  }
  const lines = story();
  expect(lines.slice(0, 6)).toEqual([
    ...['a1 spawn', 'a1 ready', 'a1 store received', 'a1 kill', 'a1 store dropped'],
    'a1 exit SIGKILL true',
  ]);
  expect(lines).toContain('a1 store committed');
});

test('held requests can be kept beyond a death', async () => {
  {
    await using rig = await open();
    const node = rig.node('a');
    await node.start();
    using held = hold(rig);
    const answer = put(rig, launched('a', 1).arguments[1], 1, 'pageserver/tenants/x');
    await held.hit;
    await Promise.all([node.kill({ keepHeld: true }), expect(answer).rejects.toThrow()]);
    held[Symbol.dispose]();
    await expect.poll(() => rig.store.objects.version('pageserver/tenants/x')).toBeDefined();
  }
  const lines = story();
  expect(lines.indexOf('a1 store committed')).toBeGreaterThan(
    lines.indexOf('a1 exit SIGKILL true'),
  );
});

test('a process that ends unasked is told and set up again', async () => {
  {
    await using rig = await open();
    const node = rig.node('a');
    await node.start();
    const heard = Promise.withResolvers<number>();
    rig.onUnaskedExit((exit) => heard.resolve(exit.boot));
    process.kill(pidOf(file, 'a', 1), 'SIGKILL');
    expect(await heard.promise).toBe(1);
    await node.ensureUp();
    expect(node).toMatchObject({ boot: 2, state: 'up' });
    expect(rig.unaskedExits).toHaveLength(1);
  }
  expect(story().slice(2, 5)).toEqual(['a1 exit SIGKILL false', 'a2 spawn', 'a2 ready']);
});

test('a second process on one data folder', async () => {
  {
    await using rig = await open();
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
  expect(story().slice(2, 6)).toEqual(['a2 spawn', 'a2 ready', 'a2 kill', 'a2 exit SIGKILL true']);
});

test('struck down while it starts', async () => {
  {
    await using rig = await open(stubFile('nodes: 1'));
    await rig.node('a').start({ until: 'spawned' });
    expect(rig.node('a').state).toBe('starting');
    await rig.node('a').kill();
    await rig.node('a').ensureUp();
  }
  expect(story().slice(0, 4)).toEqual(['a1 spawn', 'a1 kill', 'a1 exit SIGKILL true', 'a2 spawn']);
});

test('SIGKILL after the stop limit is told as such', async () => {
  const text = stubFile('limits: { stop: 50ms }').replace('env: {', 'env: { STUB_MODE: stubborn,');
  {
    await using rig = await open(text);
    await rig.node('a').ensureUp();
  }
  expect(story().slice(2)).toEqual(['a1 terminate', 'a1 kill', 'a1 exit SIGKILL true']);
});

test('a target that can not be started leaves a whole history', async () => {
  const text = stubFile().replace('env: {', 'env: { STUB_MODE: exit,');
  {
    await using rig = await open(text);
    await expect(rig.node('a').ensureUp()).rejects.toThrow(TargetError);
  }
  expect(story()).toEqual(['a1 spawn', 'a1 exit 3 false']);
});

test('what a target lacks is said by name', async () => {
  await using rig = await open(
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
    await using rig = await open('name: u\nkind: url\nurls: ["http://127.0.0.1:1"]');
    const node = rig.node('a');
    await node.ensureUp();
    expect(node).toMatchObject({ state: 'remote', boot: 1, url: 'http://127.0.0.1:1' });
    await expect(node.kill()).rejects.toThrow(expect.objectContaining({ capability: 'restart' }));
    expect(() => node.pause()).toThrow(expect.objectContaining({ capability: 'pause' }));
    expect(() => rig.store).toThrow(expect.objectContaining({ capability: 'tap' }));
    await rig.watchQuiet(1);
  }
  expect(story()).toEqual(['run quiet']);
  expect(parseHistory(readFileSync(file)).header?.tap).toBe(false);
});

test('a lane stands before store and node, and cuts what belonged to the dead', async () => {
  const told: string[] = [];
  {
    await using rig = await open(stubFile(), {
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
    expect(launched('a', 1).arguments[1]).toBe('http://127.0.0.9:1');
    told.push(`it is at ${new URL(rig.node('a').url).port}`);
  }
  const port = told[1]!.split(' ').at(-1);
  expect(told).toEqual([`a1 at ${port}`, `it is at ${port}`, 'cut a1']);
  // The lane is drained before the footer.
  expect(story().at(-1)).toBe('proxy close');
});

test('a closed rig starts nothing', async () => {
  const rig = await open();
  await rig[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
  await expect(rig.node('a').ensureUp()).rejects.toThrow('the rig is closed');
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

function pidOf(history: string, node: string, boot: number): number {
  const { lines } = parseHistory(readFileSync(history));
  const spawn = lines.find(
    (line) => line.stream === 'process' && line.node === node && line.boot === boot,
  );
  return (spawn as { pid: number }).pid;
}
