// Small puts through the tap: signed, stored, three lines of history each; beside a bare node:http server that
// answers 200 to the same requests. Requests are signed before the clock starts, for that is the client's work.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import aws4 from 'aws4';
import { Pool } from 'undici';
import { median } from '../median.ts';
import type { BenchRow } from '../row.ts';
import type { Ready } from './server.ts';

const PUTS = 5_000;
const ROUNDS = 5;
const BODY = Buffer.alloc(256, 'x');
/** Puts per second that issue 5 wants. */
const TARGET = 5_000;

/** Measures one client connection and many. */
export async function run(): Promise<BenchRow[]> {
  const worker = new Worker(new URL('./server.ts', import.meta.url));
  try {
    const [ready] = (await once(worker, 'message')) as [Ready];
    const signed = Array.from({ length: PUTS }, (_, index) => sign(ready, index));
    const rows: BenchRow[] = [];
    for (const inFlight of [1, 32]) rows.push(await measure(ready, signed, inFlight));
    return rows;
  } finally {
    worker.postMessage('end');
    await once(worker, 'exit');
  }
}

interface Put {
  readonly path: string;
  readonly headers: Record<string, string>;
}

async function measure(ready: Ready, puts: readonly Put[], inFlight: number): Promise<BenchRow> {
  const rates = { store: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const store = await rate(ready.storePort, puts, inFlight);
    const bare = await rate(ready.barePort, puts, inFlight);
    // The first round warms both up.
    if (round === 0) continue;
    rates.store.push(store);
    rates.bare.push(bare);
  }
  const value = median(rates.store);
  const limit = median(rates.bare);
  const row = { value, unit: 'puts/s', limit, ratio: value / limit };
  const name = `small puts through the tap, ${inFlight} in flight`;
  return inFlight === 1 ? { name, ...row } : { name, ...row, target: TARGET, met: value >= TARGET };
}

async function rate(port: number, puts: readonly Put[], inFlight: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: inFlight });
  const start = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let put = puts[next++]; put; put = puts[next++]) {
      const answer = await pool.request({ method: 'PUT', ...put, body: BODY });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`put answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return puts.length / seconds;
}

function sign(ready: Ready, index: number): Put {
  const path = `/bucket/tenants/${String(index % 100).padStart(32, '0')}/layer-${index}`;
  const signed = aws4.sign(
    {
      method: 'PUT',
      path,
      host: `127.0.0.1:${ready.storePort}`,
      service: 's3',
      region: 'us-east-1',
      headers: { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
    },
    { accessKeyId: ready.accessKey, secretAccessKey: ready.secretKey },
  );
  return { path, headers: signed.headers as Record<string, string> };
}
