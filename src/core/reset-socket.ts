// Resetting a connection, also one that is just being closed.

import type { Socket } from 'node:net';

/**
 * Ends a connection with a TCP reset, and frees its socket. Between `end()` and `finish` libuv refuses to reset
 * (`uv_tcp_close_reset`: "mixing of uv_shutdown and uv_tcp_close_reset calls is not allowed"), and Node then leaks the handle: the peer
 * hears nothing, and a worker thread can never end. So the reset waits for the FIN in that case, at most one turn of the loop.
 */
export function resetSocket(socket: Socket): void {
  const isShutting = socket.writableEnded && !socket.writableFinished;
  // With bytes still to be written the shutdown has not begun; without, it is over at once.
  if (isShutting && socket.writableLength === 0 && !socket.destroyed) {
    socket.once('finish', () => socket.resetAndDestroy());
  } else {
    socket.resetAndDestroy();
  }
}
