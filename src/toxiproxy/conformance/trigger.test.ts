// Rules on HTTP: which exchange they strike, at which byte, and what both sides see.

import { expect, test } from 'vitest';
import { EngineBench, httpAnswer, httpRequest } from '../testing/engine.ts';
import type { Rule } from './wire.ts';

const ATTACH = httpRequest('POST', '/attach', 'c1', 'body');
const ANSWER = httpAnswer(202, 'x'.repeat(50));

async function exchange(rule: Rule) {
  const bench = await EngineBench.start();
  const { client, node } = await bench.connect(await bench.proxy({ rules: [rule] }));
  client.send(ATTACH);
  return { bench, client, node };
}

test('reset at request-start: both sides get RST, nothing was delivered', async () => {
  const { bench, client, node } = await exchange({
    point: 'request-start',
    action: { do: 'reset' },
  });
  await using _ = bench;
  await Promise.all([client.ends('rst'), node.ends('rst')]);
  expect(node.text).toBe('');
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1' });
  expect(await bench.event('rule-hit')).toMatchObject({ call: 'c1', point: 'request-start' });
});

test('reset of the client only: the request is delivered, the caller is gone', async () => {
  const { bench, client, node } = await exchange({
    point: 'request-complete',
    action: { do: 'reset', side: 'client' },
  });
  await using _ = bench;
  await client.ends('rst');
  await node.gets(ATTACH);
  expect(await bench.event('request')).toMatchObject({ call: 'c1' });
});

test('a cut answer is exactly so long, and the answer was seen', async () => {
  for (const byte of [0, 1, 20, ANSWER.length]) {
    const { bench, client, node } = await exchange({
      point: 'answer-byte',
      byte,
      action: { do: 'cut' },
    });
    await using _ = bench;
    await node.gets(ATTACH);
    node.send(ANSWER);
    await client.ends('fin');
    expect(client.text).toBe(ANSWER.slice(0, byte));
    expect(await bench.event('answer')).toMatchObject({ call: 'c1', status: 202 });
  }
});

test('a reset in mid-answer arrives behind its bytes', async () => {
  const { bench, client, node } = await exchange({
    point: 'answer-byte',
    byte: 20,
    action: { do: 'reset' },
  });
  await using _ = bench;
  await node.gets(ATTACH);
  node.send(ANSWER);
  await Promise.all([client.ends('rst'), node.ends('rst')]);
  expect(ANSWER.startsWith(client.text)).toBe(true);
  expect(client.text.length).toBeLessThanOrEqual(20);
});

test('a swallowed answer leaves the connection usable', async () => {
  const { bench, client, node } = await exchange({
    point: 'request-complete',
    action: { do: 'swallow' },
  });
  await using _ = bench;
  await node.gets(ATTACH);
  node.send(ANSWER);
  expect(await bench.event('swallowed')).toMatchObject({ call: 'c1' });
  expect(await bench.event('answer')).toMatchObject({ call: 'c1', status: 202 });
  client.send(httpRequest('GET', '/next', 'c2'));
  await node.gets('/next');
  node.send(httpAnswer(200, 'second'));
  await client.gets('second');
  expect(client.text).toBe(httpAnswer(200, 'second'));
});

test('a callback holds the answer between its first byte and its last', async () => {
  const { bench, client, node } = await exchange({
    match: { method: 'POST', status: 202 },
    point: 'answer-byte',
    byte: 9,
    action: { do: 'callback' },
  });
  await using _ = bench;
  await node.gets(ATTACH);
  node.send(ANSWER);
  const { held } = await bench.event('held', ({ callback }) => callback === true);
  await client.getsBytes(9);
  expect(client.text).toBe(ANSWER.slice(0, 9));
  await bench.client.operate(held, 'release');
  await client.gets(ANSWER);
});

test('nth and times choose which exchanges are struck', async () => {
  await using bench = await EngineBench.start();
  const rule: Rule = {
    match: { pathPattern: '^/attach', nth: 2 },
    point: 'request-complete',
    action: { do: 'drop' },
    times: 2,
  };
  const { client, node } = await bench.connect(await bench.proxy({ rules: [rule] }));
  for (const call of ['a1', 'other', 'a2', 'a3', 'a4']) {
    client.send(httpRequest('POST', call === 'other' ? '/x' : '/attach', call));
  }
  await node.gets('a4');
  expect([...node.text.matchAll(/x-request-id: (\w+)/g)].map((match) => match[1])).toEqual([
    'a1',
    'other',
    'a4',
  ]);
  expect(await bench.client.rules('p')).toMatchObject([{ seen: 3, acted: 2 }]);
});

test('a delay lets the request go by itself', async () => {
  const { bench, node } = await exchange({
    point: 'request-complete',
    action: { do: 'delay', ms: 50 },
  });
  await using _ = bench;
  const held = await bench.event('held');
  await node.gets(ATTACH);
  const request = await bench.event('request');
  expect(Number(BigInt(request.t) - BigInt(held.t)) / 1e6).toBeGreaterThanOrEqual(49);
});

test('chunked bodies are followed to their end', async () => {
  await using bench = await EngineBench.start();
  const rule: Rule = { match: { call: 'c9' }, point: 'request-complete', action: { do: 'hold' } };
  const { client, node } = await bench.connect(await bench.proxy({ rules: [rule] }));
  const head = 'POST /x HTTP/1.1\r\nX-Request-Id:c9\r\nTransfer-Encoding: chunked\r\n\r\n';
  client.send(head);
  client.send('3\r\nabc\r\n5;ext=1\r\nde');
  client.send('fgh\r\n0\r\nTrailer: y\r\n\r\n');
  const { held } = await bench.event('held');
  expect(await bench.client.held()).toMatchObject([{ complete: true, call: 'c9' }]);
  expect(node.text).toBe('');
  await bench.client.operate(held, 'release');
  await node.gets('Trailer: y\r\n\r\n');
  expect(await bench.event('request')).toMatchObject({ call: 'c9' });
});

test('what is no HTTP passes unharmed while rules are armed', async () => {
  await using bench = await EngineBench.start();
  const rule: Rule = { point: 'request-start', action: { do: 'reset' } };
  const { client, node } = await bench.connect(await bench.proxy({ rules: [rule] }));
  client.send('hello, this is no HTTP at all');
  await node.gets('no HTTP at all');
  node.send('nor is this');
  await client.gets('nor is this');
  expect((await bench.drainedTypes()).filter((type) => type !== 'open')).toEqual([]);
});

test('a toxic that acts is told with its connection', async () => {
  await using bench = await EngineBench.start();
  const toxics = [
    { type: 'latency', name: 'slow', stream: 'upstream' as const, attributes: { latency: 1 } },
    { type: 'latency', name: 'spared', stream: 'upstream' as const, toxicity: 0 },
  ];
  const { client, node } = await bench.connect(await bench.proxy({ toxics }));
  client.send(ATTACH);
  await node.gets(ATTACH);
  const { conn } = await bench.event('open');
  expect(await bench.event('toxic-hit')).toMatchObject({
    toxic: 'slow',
    toxicType: 'latency',
    conn,
  });
  expect((await bench.drainedTypes()).filter((type) => type === 'toxic-hit')).toHaveLength(1);
});

test('bytes that a timeout toxic takes are proved dropped', async () => {
  await using bench = await EngineBench.start();
  const toxics = [{ type: 'timeout', stream: 'upstream' as const }];
  const { client, node } = await bench.connect(await bench.proxy({ toxics }));
  client.send(ATTACH);
  expect(await bench.event('dropped')).toMatchObject({ call: 'c1' });
  expect(node.text).toBe('');
});
