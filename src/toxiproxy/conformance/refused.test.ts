// An upstream that is down: what was asked of it is proved dropped, in whatever way the client behaves.

import { expect, test } from 'vitest';
import { openBlackHole } from '../testing/black-hole.ts';
import { EngineBench, httpRequest } from '../testing/engine.ts';
import { connectPeer, PeerServer } from '../testing/peers.ts';

const ATTACH = httpRequest('POST', '/v1/tenant/t/attach', 'c1', '{"a":1}');

/** An address that nobody listens on. */
async function nobody(): Promise<string> {
  const server = await PeerServer.start();
  const { address } = server;
  await server[Symbol.asyncDispose]();
  return address;
}

test('a request to an upstream that is down is told as dropped before its client learns of it', async () => {
  await using bench = await EngineBench.start();
  const client = await connectPeer(await bench.proxy({ upstream: await nobody() }));
  client.send(ATTACH);
  await client.ends('fin');
  client.socket.destroy();
  await bench.event('close');
  expect(await bench.drainedTypes()).toEqual(['open', 'dropped', 'bytes', 'close']);
  expect(await bench.event('open')).toMatchObject({ refused: true });
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1', bytes: ATTACH.length });
  expect(await bench.event('bytes')).toMatchObject({ up: 0, down: 0 });
});

test.for([
  ['a head in two pieces', [ATTACH.slice(0, 30), ATTACH.slice(30)], ['c1']],
  ['the body never comes', [ATTACH.slice(0, -3)], ['c1']],
  ['two requests at once', [ATTACH + httpRequest('GET', '/v1/status', 'c2')], ['c1', 'c2']],
  ['a head that never ends', [ATTACH.slice(0, 30)], [undefined]],
  ['no HTTP', ['\u0000\u0001\u0002'], []],
  ['nothing', [], []],
] as const)('%s', async ([, pieces, calls]) => {
  await using bench = await EngineBench.start();
  const client = await connectPeer(await bench.proxy({ upstream: await nobody() }));
  for (const piece of pieces) {
    client.send(piece);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await client.ends('fin');
  client.socket.destroy();
  await bench.event('close');
  await bench.drainedTypes();
  const dropped = bench.events.flatMap((event) => (event.type === 'dropped' ? [event.call] : []));
  expect(dropped).toEqual(calls);
});

test('a client that does not leave is closed, and one whose proxy is disabled meanwhile too', async () => {
  await using bench = await EngineBench.start();
  const client = await connectPeer(await bench.proxy({ upstream: await nobody() }));
  client.send(ATTACH);
  await bench.event('dropped');
  await bench.api('PATCH', '/proxies/p', { enabled: false });
  await client.ends('fin');
  expect(await bench.event('close')).toMatchObject({ type: 'close' });
});

test('a dial that is ended by disabling drops what waited for it', async () => {
  await using hole = await openBlackHole();
  await using bench = await EngineBench.start();
  const client = await connectPeer(await bench.proxy({ upstream: hole.address }));
  client.send(ATTACH);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(client.end).toBe('open');
  await bench.api('PATCH', '/proxies/p', { enabled: false });
  await client.ends('fin');
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1' });
});

test('an upstream that swallows dials delays only the client that it is dialled for', async () => {
  await using hole = await openBlackHole();
  await using bench = await EngineBench.start();
  const listen = await bench.proxy({ upstream: hole.address });
  const waiting = await connectPeer(listen);
  waiting.send(ATTACH);
  await bench.client.moveUpstream('p', bench.upstream.address);
  const startedAt = performance.now();
  const { client, node } = await bench.connect(listen);
  client.send(ATTACH);
  await node.gets(ATTACH);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(waiting.end).toBe('open');
});

test('a proxy of the plain API ends its client as the original does, and tells nothing', async () => {
  await using bench = await EngineBench.start();
  const body = { name: 'plain', listen: '127.0.0.1:0', upstream: await nobody() };
  const { listen } = (await bench.api('POST', '/proxies', body)) as { listen: string };
  const client = await connectPeer(listen);
  await client.ends('fin');
  expect(await bench.drainedTypes()).toEqual([]);
});
