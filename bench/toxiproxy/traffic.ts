// Traffic for the proxy benchmarks: ping-pong of small messages and one-way bulk, over raw TCP.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Size of a small request and of its answer, bytes. */
const MESSAGE_BYTES = 200;
const BULK_CHUNK = Buffer.alloc(64 * 1024, 1);

/** What a ping-pong run measured. */
export interface PingPong {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
}

/** An upstream: answers every message with one of the same size; swallows bulk. */
export async function startUpstream(): Promise<{ address: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      // Bulk starts with 1; a message with 0 is echoed.
      if (data[0] === 0) socket.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Opens a connection to `host:port`. */
export function open(address: string): Promise<Socket> {
  const [host, port] = address.split(':') as [string, string];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Small messages, one in flight on each of `connections`, for `durationMs`. */
export async function pingPong(
  address: string,
  connections: number,
  durationMs: number,
): Promise<PingPong> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(address)));
  const times: number[] = [];
  const startedAt = performance.now();
  await Promise.all(sockets.map((socket) => volley(socket, startedAt + durationMs, times)));
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const socket of sockets) socket.destroy();
  times.sort((left, right) => left - right);
  return { perSecond: times.length / seconds, p50: times[Math.floor(times.length / 2)]! };
}

function volley(socket: Socket, until: number, times: number[]): Promise<void> {
  const message = Buffer.alloc(MESSAGE_BYTES);
  return new Promise((resolve) => {
    let received = 0;
    let sentAt = performance.now();
    socket.on('data', (data: Buffer) => {
      received += data.length;
      if (received < MESSAGE_BYTES) return;
      received = 0;
      const now = performance.now();
      times.push(now - sentAt);
      if (now >= until) {
        resolve();
        return;
      }
      sentAt = now;
      socket.write(message);
    });
    socket.write(message);
  });
}

/** Bytes a second that one connection takes in `durationMs`. */
export async function bulk(address: string, durationMs: number): Promise<number> {
  const socket = await open(address);
  const startedAt = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const push = (): void => {
      if (performance.now() - startedAt >= durationMs) {
        resolve();
        return;
      }
      sent += BULK_CHUNK.length;
      if (socket.write(BULK_CHUNK)) setImmediate(push);
      else socket.once('drain', push);
    };
    push();
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  socket.destroy();
  return sent / seconds;
}
