// Malformed and hostile calls and connections by the thousand: the engine stays up, answers at once afterwards,
// and keeps neither sockets nor memory. It runs as a process of its own, so that its end would be seen.

import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../core/random.ts';
import { openToxiproxy } from './index.ts';
import { PeerServer } from './testing/peers.ts';

/** Calls and connections. */
const CALLS = 10_000;
/** So many at once: most of the time goes by in waiting for what is never answered. */
const IN_FLIGHT = 96;
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'BREW'];
const WORDS = [
  'proxies',
  'p',
  'toxics',
  'latency_downstream',
  'populate',
  'reset',
  'conformance',
  'events',
  'held',
  'h1',
  'release',
  'rules',
  'hold',
  'cut',
  '%2e%2e',
  '%zz',
  '%ff',
  '..',
  '',
  'x'.repeat(5_000),
];
const VALUES = [
  'null',
  '-1',
  '0',
  '9223372036854775807',
  '-9223372036854775808',
  '1e400',
  '"x"',
  '[]',
  '{}',
  'true',
  '"\\ud800"',
  `"${'y'.repeat(3_000)}"`,
];

test(`${CALLS} hostile calls and connections`, { timeout: 300_000 }, async () => {
  await using upstream = await PeerServer.start((peer) => peer.socket.end());
  await using engine = await openToxiproxy({ kind: 'embedded', seed: '7', run: 'hostile' });
  const random = createRandom('hostile');
  const warmUp = Math.ceil(CALLS / 3);
  await storm(warmUp, random, await open(engine.apiUrl, upstream.address), upstream.address);
  await clear(engine.apiUrl);
  const before = resources(engine.pid!);
  const left = CALLS - warmUp;
  await storm(left, random, await open(engine.apiUrl, upstream.address), upstream.address);
  await clear(engine.apiUrl);
  const after = resources(engine.pid!);
  const answer = await fetch(`${engine.apiUrl}/version`);
  expect(answer.status).toBe(200);
  expect(after.sockets - before.sockets).toBeLessThanOrEqual(5);
  expect(after.megabytes - before.megabytes).toBeLessThan(60);
});

/** What is attacked: the API, twice as often as each of a plain proxy and one whose HTTP is followed. */
async function open(apiUrl: string, upstream: string): Promise<readonly number[]> {
  const api = Number(new URL(apiUrl).port);
  const ports = [api, api];
  for (const path of ['/proxies', '/conformance/proxies']) {
    const name = `attacked ${ports.length}`;
    const body = JSON.stringify({ name, upstream, listen: '127.0.0.1:0' });
    const response = await fetch(apiUrl + path, { method: 'POST', body });
    const answer = (await response.json()) as { listen?: string; proxy?: { listen: string } };
    ports.push(Number((answer.proxy?.listen ?? answer.listen)!.split(':')[1]));
  }
  return ports;
}

async function storm(
  calls: number,
  random: Random,
  ports: readonly number[],
  upstream: string,
): Promise<void> {
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await attack(random.pick(ports), hostileBytes(random, upstream), random.below(4));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Removes all proxies, and waits until their sockets have gone. */
async function clear(apiUrl: string): Promise<void> {
  const proxies = (await (await fetch(`${apiUrl}/proxies`)).json()) as Record<string, unknown>;
  for (const name of Object.keys(proxies)) {
    await fetch(`${apiUrl}/proxies/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Sends bytes and leaves in one of four ways: after the answer, at once, half-closed, by RST. */
function attack(port: number, bytes: Buffer, manner: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const patience = setTimeout(() => socket.destroy(), 2_000);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(patience);
      resolve();
    });
    socket.on('data', () => socket.destroy());
    socket.write(bytes);
    if (manner === 1) setImmediate(() => socket.destroy());
    else if (manner === 2) socket.end();
    else if (manner === 3) setImmediate(() => socket.resetAndDestroy());
  });
}

function hostileBytes(random: Random, upstream: string): Buffer {
  const choice = random.below(10);
  if (choice === 0) return Buffer.from(random.hex(2 * (1 + random.below(300))), 'hex');
  if (choice === 1) return head('POST', '/proxies', 'content-length: 99999999999\r\n');
  if (choice === 2) return head('POST', '/proxies', 'transfer-encoding: chunked\r\n', 'zz\r\n');
  const method = random.pick(METHODS);
  const path = `/${Array.from({ length: 1 + random.below(5) }, () => random.pick(WORDS)).join('/')}`;
  const body = choice < 5 ? '['.repeat(random.below(20_000)) : hostileJson(random, upstream);
  const [target, verb] = choice > 6 ? [usefulPath(random), 'POST'] : [path, method];
  return head(verb, target, `content-length: ${Buffer.byteLength(body)}\r\n`, body);
}

function usefulPath(random: Random): string {
  return random.pick([
    '/proxies',
    '/proxies/p',
    '/proxies/p/toxics',
    '/proxies/p/toxics/slicer_downstream',
    '/populate',
    '/reset',
    '/conformance/proxies',
    '/conformance/proxies/p/rules',
    '/conformance/proxies/p/hold',
    '/conformance/proxies/p/cut',
  ]);
}

function hostileJson(random: Random, upstream: string): string {
  const value = (): string => random.pick(VALUES);
  const type = random.pick([
    'latency',
    'slicer',
    'bandwidth',
    'reset_peer',
    'limit_data',
    'timeout',
  ]);
  const attributes = `{"latency":${value()},"jitter":${value()},"rate":${value()},"average_size":${value()},"size_variation":${value()},"timeout":${value()},"bytes":${value()}}`;
  return random.pick([
    `{"name":"p","upstream":"${upstream}","listen":"127.0.0.1:0"}`,
    `{"name":${value()},"upstream":${value()},"listen":${value()},"enabled":${value()}}`,
    `{"type":"${type}","attributes":${attributes},"toxicity":${value()}}`,
    `[{"name":"p","upstream":"${upstream}","listen":"127.0.0.1:0"},${value()}]`,
    `{"point":"answer-byte","byte":${value()},"action":{"do":"hold"},"match":{"pathPattern":"(a+)+$"}}`,
    `{"name":"p","upstream":"nowhere:0","toxics":[${value()}],"rules":[${value()}]}`,
    `{"a":${value()}`,
    value(),
  ]);
}

function head(method: string, path: string, fields: string, body = ''): Buffer {
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: x\r\n${fields}\r\n${body}`);
}

/** Sockets and resident megabytes of a process; zeros where the system has no /proc. */
function resources(pid: number): { sockets: number; megabytes: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    return { sockets: readdirSync(`/proc/${pid}/fd`).length, megabytes };
  } catch {
    return { sockets: 0, megabytes: 0 };
  }
}
