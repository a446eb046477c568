// Holding, late release, dropping and duplicating: what reaches the node, what the events prove.

import { expect, test } from 'vitest';
import { EngineBench, httpAnswer, httpRequest } from '../testing/engine.ts';
import { PeerServer } from '../testing/peers.ts';

const ATTACH = httpRequest('POST', '/v1/tenant/t/attach', 'c1', '{"a":1}');
const HOLD_ATTACH = {
  match: { method: 'POST', pathPattern: '/attach$' },
  point: 'request-complete',
  action: { do: 'hold' },
} as const;

test('an exchange that nothing touches is told as open, request, answer, bytes, close', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy());
  client.send(ATTACH);
  await node.gets(ATTACH);
  node.send(httpAnswer(202));
  await client.gets(httpAnswer(202));
  client.socket.end();
  await node.ends('fin');
  node.socket.end();
  await bench.event('close');
  expect(await bench.drainedTypes()).toEqual(['open', 'request', 'answer', 'bytes', 'close']);
  expect(await bench.event('request')).toMatchObject({
    call: 'c1',
    method: 'POST',
    path: '/v1/tenant/t/attach',
    copy: 1,
  });
  expect(await bench.event('answer')).toMatchObject({ call: 'c1', status: 202, copy: 1 });
  expect(await bench.event('bytes')).toMatchObject({
    up: ATTACH.length,
    down: httpAnswer(202).length,
  });
});

test('a held request reaches the node late, although its client has gone', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
  client.send(ATTACH);
  const { held } = await bench.event('held', ({ call }) => call === 'c1');
  client.socket.destroy();
  await bench.client.drain();
  expect(node.text).toBe('');
  expect(node.end).toBe('open');
  await bench.client.operate(held, 'release');
  await node.gets(ATTACH);
  expect(node.end).toBe('open');
  node.send(httpAnswer(202));
  await node.ends('fin');
  node.socket.end();
  await bench.event('close');
  const types = await bench.drainedTypes();
  expect(types).toContain('request');
  expect(types).not.toContain('dropped');
  expect(await bench.event('answer')).toMatchObject({ status: 202, call: 'c1' });
});

test('a dropped request never reaches the node, and the event proves it', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
  client.send(ATTACH);
  const { held } = await bench.event('held');
  await bench.client.operate(held, 'drop');
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1', bytes: ATTACH.length });
  const next = httpRequest('GET', '/v1/status', 'c2');
  client.send(next);
  await node.gets(next);
  expect(node.text).toBe(next);
  expect(await bench.drainedTypes()).not.toContain('partial');
});

test('a held request can be delivered twice; the copies are counted', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
  client.send(ATTACH);
  const { held } = await bench.event('held');
  await bench.client.operate(held, 'duplicate');
  const second = await bench.upstream.accept();
  await second.gets(ATTACH);
  second.send(httpAnswer(409));
  await second.ends('fin');
  await bench.client.operate(held, 'release');
  await node.gets(ATTACH);
  node.send(httpAnswer(202));
  await client.gets('202');
  expect(client.text).toBe(httpAnswer(202));
  expect(await bench.event('request', ({ copy }) => copy === 1)).toMatchObject({ call: 'c1' });
  expect(await bench.event('request', ({ copy }) => copy === 2)).toMatchObject({ call: 'c1' });
  expect(await bench.event('swallowed')).toMatchObject({ call: 'c1' });
});

test('a held request survives the death of the node and goes to its next boot', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
  client.send(ATTACH);
  const { held } = await bench.event('held');
  node.socket.resetAndDestroy();
  await bench.event('close');
  expect(await bench.client.held()).toMatchObject([{ id: held, call: 'c1', complete: true }]);
  await bench.client.operate(held, 'release');
  const next = await bench.upstream.accept();
  await next.gets(ATTACH);
  expect(await bench.event('request')).toMatchObject({ call: 'c1', copy: 1 });
  expect(await bench.drainedTypes()).not.toContain('dropped');
});

test('a next boot at another address gets what was held', async () => {
  await using bench = await EngineBench.start();
  await using other = await PeerServer.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
  client.send(ATTACH);
  const { held } = await bench.event('held');
  await bench.client.cut('p', { mode: 'rst', keepHeld: true });
  await node.ends('rst');
  await bench.client.moveUpstream('p', other.address);
  await bench.client.operate(held, 'release');
  await (await other.accept()).gets(ATTACH);
});

test('cut drops what is held, unless it is to be kept', async () => {
  for (const keepHeld of [false, true]) {
    await using bench = await EngineBench.start();
    const { client } = await bench.connect(await bench.proxy({ rules: [HOLD_ATTACH] }));
    client.send(ATTACH);
    const { held } = await bench.event('held');
    expect(await bench.client.cut('p', { mode: 'rst', keepHeld })).toBe(1);
    await client.ends('rst');
    await bench.event('close');
    const types = await bench.drainedTypes();
    expect(types.includes('dropped')).toBe(!keepHeld);
    expect((await bench.client.held()).map(({ id }) => id)).toEqual(keepHeld ? [held] : []);
  }
});

test('a held stream keeps bytes and FIN, of what is no HTTP too', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy());
  const id = await bench.client.hold('p', { direction: 'upstream' });
  client.send('\x00\x01 binary');
  client.socket.end();
  await bench.event('held');
  node.send('downwards flows');
  await client.gets('downwards flows');
  expect(node.text).toBe('');
  expect(node.end).toBe('open');
  await bench.client.operate(id, 'release');
  await node.gets('\x00\x01 binary');
  await node.ends('fin');
});

test('a held stream that is dropped tells which calls never arrived', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy());
  const id = await bench.client.hold('p', { direction: 'both' });
  client.send(ATTACH);
  expect(await bench.event('held')).toMatchObject({ call: 'c1', held: id });
  await bench.client.operate(id, 'drop');
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1' });
  await client.until(() => client.end !== 'open', 'an end');
  expect(node.text).toBe('');
});

test('a request of which only a part came before the end is partial', async () => {
  await using bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy());
  client.send(ATTACH.slice(0, -3));
  await node.gets(ATTACH.slice(0, -3));
  client.socket.resetAndDestroy();
  expect(await bench.event('partial')).toMatchObject({ call: 'c1', bytes: ATTACH.length - 3 });
  expect(await bench.drainedTypes()).not.toContain('request');
});
