// Worker thread of the store's bench: the store with a history on disk, and a bare server as its limit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { openHistory } from '../../src/history/index.ts';
import { startStore } from '../../src/store/index.ts';

/** What the bench is told once both servers listen. */
export interface Ready {
  readonly storePort: number;
  readonly barePort: number;
  readonly accessKey: string;
  readonly secretKey: string;
}

assert(parentPort);
const folder = mkdtempSync(join(tmpdir(), 'psc-bench-'));
const limits = { attach: 1, detach: 1, quiet: 1, api: 1, store: 1, stop: 1 };
const history = openHistory(join(folder, 'history.ndjson'), {
  seed: '0',
  profile: 'documented',
  nodes: ['a'],
  target: 'bench',
  limits,
  tap: true,
  versions: {},
});
const store = await startStore({
  sink: history,
  bucket: 'bucket',
  region: 'us-east-1',
  prefix: '',
});
const { port: storePort } = await store.listen('a');
const bare = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end());
});
bare.listen(0, '127.0.0.1');
await once(bare, 'listening');
const { port: barePort } = bare.address() as AddressInfo;
const ready: Ready = { storePort, barePort, ...store.issueKey('a', 1) };
parentPort.postMessage(ready);
parentPort.once('message', async () => {
  bare.close();
  bare.closeAllConnections();
  await store[Symbol.asyncDispose]();
  history.close();
  rmSync(folder, { recursive: true });
  process.exit(0);
});
