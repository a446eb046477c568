// Raw sockets: any bytes out, raw bytes in, and every way to go away.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { TargetError } from '../../core/exit.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { openRawSocket, recordRawCall } from './raw-socket.ts';

async function startPeer(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('gives the raw bytes, and tells a close from a reset from an open connection', async () => {
  await using peer = await startPeer((socket) => {
    socket.on('data', (data: Buffer) => {
      socket.write('HTTP/1.1 200 \xff\r\n', 'latin1');
      if (data.toString() === 'close') socket.end();
      if (data.toString() === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
    });
  });
  for (const [say, ended] of [
    ['close', 'closed'],
    ['reset', 'reset'],
    ['stay', 'open'],
  ] as const) {
    using socket = await openRawSocket(peer.url);
    await socket.write(say);
    const read = await socket.read({ timeoutMs: say === 'stay' ? 100 : 5_000 });
    expect([read.bytes.toString('latin1'), read.ended]).toEqual(['HTTP/1.1 200 \xff\r\n', ended]);
  }
});

test('stops when it has seen enough, and goes on from there', async () => {
  await using peer = await startPeer((socket) => {
    socket.on('data', () => socket.write('one\n'));
  });
  using socket = await openRawSocket(peer.url);
  for (const say of ['a', 'b']) {
    await socket.write(say);
    const read = await socket.read({ timeoutMs: 5_000, until: (b) => b.includes('\n') });
    expect([read.bytes.toString(), read.ended]).toEqual(['one\n', 'open']);
  }
});

test('FIN lets the answer come back; RST is seen as an error', async () => {
  const ends: string[] = [];
  let told: () => void = () => {};
  await using peer = await startPeer((socket) => {
    socket.on('end', () => {
      ends.push('fin');
      socket.end('late');
      told();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      ends.push(error.code ?? '');
      told();
    });
    socket.resume();
  });
  using half = await openRawSocket(peer.url);
  await half.write('POST /');
  half.end();
  expect((await half.read({ timeoutMs: 5_000 })).bytes.toString()).toBe('late');
  const second = new Promise<void>((resolve) => {
    told = resolve;
  });
  using gone = await openRawSocket(peer.url);
  await gone.write('POST /');
  gone.reset();
  await second;
  expect(ends).toEqual(['fin', 'ECONNRESET']);
});

test("nobody there is the target's trouble", async () => {
  const peer = await startPeer(() => {});
  await peer[Symbol.asyncDispose]();
  await expect(openRawSocket(peer.url)).rejects.toThrow(TargetError);
});

test.each([
  [{ sent: false }, 'attach', { type: 'fail', phase: 'connect' }],
  [{ sent: true }, 'attach', { type: 'info', phase: 'wait' }],
  [{ sent: true, status: 202 }, 'attach', { type: 'ok', status: 202 }],
  [{ sent: true, status: 500 }, 'detach', { type: 'info', status: 500 }],
  [{ sent: true, status: 404 }, 'tenant_status', { type: 'fail', status: 404 }],
] as const)('a raw call that was %j (%s) is recorded as %j', (outcome, op, expected) => {
  const events: HistoryEvent[] = [];
  const sink = { record: (event: HistoryEvent) => events.push(event) };
  const line = { op, node: 'a', boot: 1, proc: 9, call: 'r1', method: 'POST' };
  const complete = recordRawCall(sink, line);
  expect(events).toMatchObject([{ type: 'invoke', call: 'r1' }]);
  expect(events[0]).not.toHaveProperty('method');
  complete(outcome);
  expect(events[1]).toMatchObject({ call: 'r1', ...expected });
  expect(() => complete(outcome)).toThrow('twice');
});
