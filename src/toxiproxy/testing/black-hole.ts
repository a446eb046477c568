// An address on this machine at which a dial hangs: it listens, and its queue of connections is full.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens with the shortest queue, and then does nothing until it is told: it accepts nobody. */
const LISTEN = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(workerData), 0, 0);
  process.exit();
});
`;

/** The queue is full when a dial took so long, ms. */
const HANGS_MS = 150;

/** Opens one. */
export async function openBlackHole(): Promise<{ address: string } & AsyncDisposable> {
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(LISTEN, { eval: true, workerData: shared });
  const [port] = (await once(worker, 'message')) as [number];
  const queued: Socket[] = [];
  let isFull = false;
  while (!isFull) {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    queued.push(socket);
    const connected = once(socket, 'connect').then(() => false);
    const hangs = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), HANGS_MS));
    isFull = await Promise.race([connected, hangs]);
  }
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of queued) socket.destroy();
      const ended = once(worker, 'exit');
      Atomics.store(new Int32Array(shared), 0, 1);
      Atomics.notify(new Int32Array(shared), 0);
      await ended;
    },
  };
}
