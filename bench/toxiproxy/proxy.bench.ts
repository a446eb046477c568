// The embedded engine beside the real server: latency added, requests and bytes a second, memory of 1,000
// connections, time to ready. Rounds are interleaved and medians compared, for the machine is noisy.

import { readFileSync } from 'node:fs';
import { openToxiproxy, type RunningToxiproxy } from '../../src/toxiproxy/index.ts';
import { startRealServer } from '../../src/toxiproxy/testing/real-server.ts';
import { median } from '../median.ts';
import type { BenchRow } from '../row.ts';
import { bulk, open, type PingPong, pingPong, startUpstream } from './traffic.ts';

/** Many short rounds: what else the machine does falls on both sides alike. */
const ROUNDS = 15;
const ROUND_MS = 300;
/** Rounds that are not counted: both sides compile or fill caches. */
const WARM_ROUNDS = 2;
/** Starts that are timed. */
const STARTS = 5;
const CONNECTIONS = 1_000;

/** Addresses by name: `direct`, `ours`, and `real` where Go is installed. */
type Ways = ReadonlyMap<string, string>;

/** Figures of issue "Toxiproxy everywhere", section Speed. */
export async function run(): Promise<BenchRow[]> {
  const rows = [await readyRow()];
  const upstream = await startUpstream();
  await using ours = await openToxiproxy({ kind: 'embedded', seed: '1', run: 'bench' });
  await using real = await startRealServer();
  const ways = new Map([
    ['direct', upstream.address],
    ['ours', await proxyTo(ours, upstream.address)],
  ]);
  if (real !== undefined) ways.set('real', await proxyTo(real, upstream.address));
  for (const connections of [1, 32]) rows.push(...(await pingPongRows(ways, connections)));
  rows.push(await bulkRow(ways));
  rows.push(await memoryRow(ours, ways.get('ours')!));
  upstream.close();
  return rows;
}

/** Spawn to ready line, compile cache filled by a first start. */
async function readyRow(): Promise<BenchRow> {
  const times: number[] = [];
  for (let round = 0; round <= STARTS; round += 1) {
    const startedAt = performance.now();
    const engine = await openToxiproxy({ kind: 'embedded', seed: '1', run: 'bench' });
    if (round > 0) times.push(performance.now() - startedAt);
    await engine[Symbol.asyncDispose]();
  }
  const value = median(times);
  return { name: 'start to ready', value, unit: 'ms', target: 150, met: value <= 150 };
}

async function proxyTo(toxiproxy: RunningToxiproxy, upstream: string): Promise<string> {
  const body = JSON.stringify({ name: 'bench', listen: '127.0.0.1:0', upstream });
  const response = await fetch(`${toxiproxy.apiUrl}/proxies`, { method: 'POST', body });
  return ((await response.json()) as { listen: string }).listen;
}

async function pingPongRows(ways: Ways, connections: number): Promise<BenchRow[]> {
  const results = await interleave(ways, (address) => pingPong(address, connections, ROUND_MS));
  const p50 = (name: string) => median(results.get(name)!.map((result: PingPong) => result.p50));
  const rate = (name: string) => median(results.get(name)!.map((result) => result.perSecond));
  const added = p50('ours') - p50('direct');
  const label = `at ${connections} connection${connections === 1 ? '' : 's'}`;
  if (!ways.has('real')) {
    return [
      { name: `added p50 ${label} (no real server here)`, value: added, unit: 'ms' },
      { name: `requests/s ${label} (no real server here)`, value: rate('ours'), unit: '/s' },
    ];
  }
  const addedReal = p50('real') - p50('direct');
  const allowed = connections === 1 ? 1.25 : 1.5;
  return [
    against(`added p50 ${label}`, 'ms', added, addedReal, (ratio) => ratio <= allowed, allowed),
    against(`requests/s ${label}`, '/s', rate('ours'), rate('real'), (ratio) => ratio >= 0.8, 0.8),
  ];
}

async function bulkRow(ways: Ways): Promise<BenchRow> {
  const results = await interleave(ways, (address) => bulk(address, ROUND_MS));
  const value = median(results.get('ours')!) / 1e6;
  if (!ways.has('real')) return { name: 'bulk (no real server here)', value, unit: 'MB/s' };
  const limit = median(results.get('real')!) / 1e6;
  return against('bulk', 'MB/s', value, limit, (ratio) => ratio >= 0.8, 0.8);
}

function against(
  name: string,
  unit: string,
  value: number,
  limit: number,
  meets: (ratio: number) => boolean,
  allowedRatio: number,
): BenchRow {
  const ratio = value / limit;
  return { name, value, unit, limit, ratio, target: limit * allowedRatio, met: meets(ratio) };
}

async function interleave<T>(
  ways: Ways,
  measure: (address: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const results = new Map([...ways.keys()].map((name) => [name, [] as T[]]));
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    for (const [name, address] of ways) {
      const measured = await measure(address);
      if (round >= 0) results.get(name)!.push(measured);
    }
  }
  return results;
}

/** Resident memory of the engine while 1,000 connections with a toxic each way have carried a message. */
async function memoryRow(engine: RunningToxiproxy, address: string): Promise<BenchRow> {
  for (const stream of ['upstream', 'downstream']) {
    const body = JSON.stringify({ type: 'latency', stream, attributes: { latency: 1 } });
    await fetch(`${engine.apiUrl}/proxies/bench/toxics`, { method: 'POST', body });
  }
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(address)));
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve) => {
          socket.once('data', resolve);
          socket.write(Buffer.alloc(200));
        }),
    ),
  );
  const value = residentMegabytes(engine.pid!);
  for (const socket of sockets) socket.destroy();
  return {
    name: `memory with ${CONNECTIONS} connections and toxics`,
    value,
    unit: 'MB',
    target: 150,
    met: value <= 150,
  };
}

/** Linux only; NaN elsewhere. */
function residentMegabytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
