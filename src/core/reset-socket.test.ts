// A reset reaches the peer and frees the socket, whatever the connection was doing.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { resetSocket } from './reset-socket.ts';

const situations: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'while it is open': () => {},
  'while its FIN is on the way': (socket) => void socket.end(),
  'while bytes and FIN are on the way': (socket) => void socket.end(Buffer.alloc(1 << 24)),
  'after its FIN': (socket) => once(socket.end('x'), 'finish'),
};

/** Resolves when the handle is really free; errors are somebody else's (`once` would reject with them). */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('close', () => resolve());
  });

test.each(Object.entries(situations))('%s', { timeout: 10_000 }, async (_, bring) => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  const errors: string[] = [];
  client.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(`${code}`));
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', (error) => errors.push(`own ${error.message}`));
  await bring(socket);
  const freed = ended(socket);
  const gone = ended(client.resume());
  resetSocket(socket);
  await freed;
  // Who has read a FIN already notices a reset when it writes.
  const writing = setInterval(() => client.write('x'), 1);
  await gone;
  clearInterval(writing);
  expect(errors).toEqual([expect.stringMatching(/^(ECONNRESET|EPIPE)$/)]);
  await once(server.close(), 'close');
});
