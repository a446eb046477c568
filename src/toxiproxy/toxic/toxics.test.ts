// Each toxic by its effect on bytes, time and ends; live changes; what a seed repeats; and what is better than
// the original. Bounds on time are one-sided: never early.

import { expect, test } from 'vitest';
import type { ToxicInput } from '../conformance/wire.ts';
import { EngineBench } from '../testing/engine.ts';
import type { Peer } from '../testing/peers.ts';

async function withToxics(toxics: ToxicInput[], options: { strict?: boolean; seed?: string } = {}) {
  const bench = await EngineBench.start(options);
  const address = await bench.proxy({ toxics, observe: false });
  return { bench, address, ...(await bench.connect(address)) };
}

async function timeOf(what: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what;
  return performance.now() - startedAt;
}

for (const stream of ['upstream', 'downstream'] as const) {
  const sides = ({ client, node }: { client: Peer; node: Peer }) =>
    stream === 'upstream' ? [client, node] : [node, client];

  test(`${stream}: latency delays each chunk and keeps the order; chains add up`, async () => {
    const world = await withToxics([
      { type: 'latency', name: 'l1', stream, attributes: { latency: 40, jitter: 10 } },
      { type: 'slicer', stream, attributes: { average_size: 10, size_variation: 5 } },
      { type: 'latency', name: 'l2', stream, attributes: { latency: 30 } },
    ]);
    await using _ = world.bench;
    const [from, to] = sides(world) as [Peer, Peer];
    const text = Array.from({ length: 200 }, (_unused, index) => `${index},`).join('');
    from.send(text);
    expect(await timeOf(to.gets('199,'))).toBeGreaterThanOrEqual(59);
    expect(to.text).toBe(text);
  });

  test(`${stream}: bandwidth lets rate bytes a millisecond pass, and 0 nothing`, async () => {
    const world = await withToxics([{ type: 'bandwidth', stream, attributes: { rate: 100 } }]);
    await using _ = world.bench;
    const [from, to] = sides(world) as [Peer, Peer];
    from.send(Buffer.alloc(25_000));
    expect(await timeOf(to.getsBytes(25_000))).toBeGreaterThanOrEqual(240);
    await world.bench.api('PATCH', `/proxies/p/toxics/bandwidth_${stream}`, {
      attributes: { rate: 0 },
    });
    from.send('held');
    from.socket.end();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([to.received.length, to.end]).toEqual([25_000, 'open']);
    await world.bench.api('DELETE', `/proxies/p/toxics/bandwidth_${stream}`);
    await to.ends('fin');
    expect(to.received.length).toBe(25_004);
  });

  test(`${stream}: slow_close delays only the end`, async () => {
    const world = await withToxics([{ type: 'slow_close', stream, attributes: { delay: 80 } }]);
    await using _ = world.bench;
    const [from, to] = sides(world) as [Peer, Peer];
    from.send('data');
    await to.gets('data');
    from.socket.end();
    expect(await timeOf(to.ends('fin'))).toBeGreaterThanOrEqual(79);
  });

  test(`${stream}: timeout swallows, then closes both ends; its removal closes too`, async () => {
    for (const removed of [false, true]) {
      const attributes = { timeout: removed ? 0 : 60 };
      const world = await withToxics([{ type: 'timeout', stream, attributes }]);
      await using _ = world.bench;
      const [from, to] = sides(world) as [Peer, Peer];
      from.send('lost');
      if (removed) await world.bench.api('DELETE', `/proxies/p/toxics/timeout_${stream}`);
      await Promise.all([from.until(() => from.end !== 'open', 'an end'), to.ends('fin')]);
      expect(to.text).toBe('');
    }
  });

  test(`${stream}: limit_data passes exactly so many bytes`, async () => {
    const world = await withToxics([{ type: 'limit_data', stream, attributes: { bytes: 100 } }]);
    await using _ = world.bench;
    const [from, to] = sides(world) as [Peer, Peer];
    from.send(Buffer.alloc(60));
    await to.getsBytes(60);
    from.send(Buffer.alloc(60));
    await to.ends('fin');
    expect(to.received.length).toBe(100);
  });

  test(`${stream}: reset_peer resets both ends, on a connection that was open before too`, async () => {
    for (const live of [false, true]) {
      const toxic = { type: 'reset_peer', stream, attributes: { timeout: 30 } };
      const world = await withToxics(live ? [] : [toxic]);
      await using _ = world.bench;
      if (live) await world.bench.api('POST', '/proxies/p/toxics', toxic);
      const [from, to] = sides(world) as [Peer, Peer];
      from.send('never arrives');
      expect(await timeOf(Promise.all([from.ends('rst'), to.ends('rst')]))).toBeGreaterThanOrEqual(
        29,
      );
      expect(to.text).toBe('');
    }
  });
}

test('toxics come and go under a stream; nothing is lost or swapped', async () => {
  const world = await withToxics([]);
  await using _ = world.bench;
  const { client, node, bench } = world;
  const lines = Array.from({ length: 3_000 }, (_unused, index) => `line ${index}\n`);
  const sending = (async () => {
    for (const [index, line] of lines.entries()) {
      client.send(line);
      if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let round = 0; round < 15; round += 1) {
    for (const [type, attributes] of [
      ['latency', { latency: 3, jitter: 2 }],
      ['slicer', { average_size: 20, size_variation: 5, delay: 10 }],
      ['bandwidth', { rate: 2_000 }],
    ] as const) {
      await bench.api('POST', '/proxies/p/toxics', { type, stream: 'upstream', attributes });
    }
    await bench.api('PATCH', '/proxies/p/toxics/latency_upstream', { attributes: { latency: 1 } });
    for (const type of ['slicer', 'latency', 'bandwidth']) {
      await bench.api('DELETE', `/proxies/p/toxics/${type}_upstream`);
    }
  }
  await sending;
  await node.gets('line 2999\n');
  expect(node.text).toBe(lines.join(''));
});

test('a seed repeats which connections a toxicity strikes, another one does not', async () => {
  const struck = async (seed: string): Promise<string> => {
    const toxics = [{ type: 'limit_data', toxicity: 0.5, attributes: { bytes: 0 } }];
    const world = await withToxics(toxics, { seed });
    await using _ = world.bench;
    let pattern = '';
    for (let index = 0; index < 24; index += 1) {
      const { client, node } = await world.bench.connect(world.address);
      node.send('x');
      await client.until(() => client.end !== 'open' || client.text === 'x', 'an end or a byte');
      pattern += client.text === 'x' ? '.' : '!';
    }
    return pattern;
  };
  const [first, again, other] = [await struck('a'), await struck('a'), await struck('b')];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  expect(first).toMatch(/!.*\.|\..*!/);
});

test('a half-close passes through, and the reply still arrives; strict loses it as the original does', async () => {
  for (const strict of [false, true]) {
    const world = await withToxics([], { strict });
    await using _ = world.bench;
    const { client, node } = world;
    client.send('question');
    client.socket.end();
    await node.ends('fin');
    expect(node.text).toBe('question');
    if (strict) {
      await client.ends('fin');
    } else {
      node.send('answer');
      node.socket.end();
      await client.ends('fin');
    }
    expect(client.text).toBe(strict ? '' : 'answer');
  }
});

test('attributes that kill the original are refused; strict takes them and stays up', async () => {
  const lethal = [
    { type: 'bandwidth', attributes: { rate: -1 } },
    { type: 'slicer' },
    { type: 'slicer', name: 's2', attributes: { average_size: 10, size_variation: 11 } },
    { type: 'latency', attributes: { jitter: 2 ** 62 } },
  ];
  for (const toxic of lethal) {
    await using bench = await EngineBench.start();
    await bench.proxy();
    await expect(bench.api('POST', '/proxies/p/toxics', toxic)).rejects.toThrow('400');
    await using strict = await EngineBench.start({ strict: true });
    const { client } = await strict.connect(await strict.proxy());
    await strict.api('POST', '/proxies/p/toxics', { ...toxic, stream: 'upstream' });
    client.send(Buffer.alloc(1_000));
    expect(await strict.api('GET', '/version')).toEqual({ version: '2.12.0' });
  }
});

test('a reader that stalls blocks no call', async () => {
  const world = await withToxics([]);
  await using _ = world.bench;
  const { client, node, bench } = world;
  node.socket.pause();
  let blocked = false;
  while (!blocked) {
    blocked = !client.socket.write(Buffer.alloc(256 * 1024));
    if (!blocked) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (let round = 0; round < 3; round += 1) {
    const toxic = { type: 'latency', stream: 'upstream', attributes: { latency: 1 } };
    await bench.api('POST', '/proxies/p/toxics', toxic);
    await bench.api('PATCH', '/proxies/p/toxics/latency_upstream', {});
    await bench.api('DELETE', '/proxies/p/toxics/latency_upstream');
  }
  const sent = client.socket.bytesWritten + client.socket.writableLength;
  node.socket.resume();
  await node.until(() => node.received.length >= client.socket.bytesWritten, `${sent} bytes`);
});
