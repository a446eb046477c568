// The node of the client's bench: one documented answer to everything, as fast as node:http can.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = JSON.stringify({
  id: 'e'.repeat(32),
  current_physical_size: 25_600_000,
  has_in_progress_downloads: false,
});

const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(body);
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
