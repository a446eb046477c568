// Exchanges a second, each judged and recorded, beside bare undici dispatch against the same server in the same run.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'undici';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import { createJudge } from '../../src/check/answer/index.ts';
import { type Exchange, openClient } from '../../src/client/index.ts';
import { openHistory } from '../../src/history/index.ts';
import { median } from '../median.ts';
import type { BenchRow } from '../row.ts';

const ROUNDS = 5;
const EXCHANGES = 6_000;
/** What the contract gate asks for, with one call in flight. */
const WANTED = 5_000;
const TENANT = 'e'.repeat(32);
const PATH = `/v1/tenant/${TENANT}`;

/** One step of a loop; resolves when the answer is there. */
type Step = () => Promise<unknown>;

/** Judged and recorded at 1 and at 32 in flight, each beside bare dispatch. */
export async function run(): Promise<BenchRow[]> {
  const child = fork(new URL('server.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'psc-bench-client-'));
  try {
    const [port] = (await once(child, 'message')) as [number];
    const url = `http://127.0.0.1:${port}`;
    return [await row(url, folder, 1), await row(url, folder, 32)];
  } finally {
    child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function row(url: string, folder: string, inFlight: number): Promise<BenchRow> {
  const whole = openWhole(url, join(folder, `${inFlight}.ndjson`), inFlight);
  const bare = openBare(url, inFlight);
  const [values, limits]: [number[], number[]] = [[], []];
  await perSecond(bare.steps);
  await perSecond(whole.steps);
  for (let round = 0; round < ROUNDS; round += 1) {
    limits.push(await perSecond(bare.steps));
    values.push(await perSecond(whole.steps));
  }
  await bare.close();
  await whole.close();
  const [value, limit] = [median(values), median(limits)];
  return {
    name: `judged and recorded, ${inFlight} in flight (limit: bare dispatch)`,
    value,
    unit: 'exchanges/s',
    limit,
    ratio: value / limit,
    target: WANTED,
    met: value >= WANTED,
  };
}

function openWhole(url: string, file: string, count: number) {
  const catalogue = loadCatalogue();
  const judge = createJudge(catalogue);
  const history = openHistory(file, {
    seed: '1',
    profile: 'documented',
    nodes: ['a'],
    target: 'bench',
    limits: { attach: 1, detach: 1, quiet: 1, api: 1, store: 1, stop: 1 },
    tap: false,
    versions: {},
  });
  const check = (exchange: Exchange) => {
    const { request, response, operation } = exchange;
    const { method, url: asked, headers } = request;
    return judge.judge({
      operation,
      request: { method, url: asked, headers },
      response: response!,
    });
  };
  const clients = Array.from({ length: count }, (_, proc) =>
    openClient({
      url,
      sink: history,
      node: 'a',
      boot: 1,
      proc,
      judge: check,
      onFindings: ([finding]) => {
        throw new Error(`the bench's answer is judged wrong: ${finding?.message}`);
      },
    }),
  );
  const call = { operation: 'tenant_status', method: 'GET', path: PATH, tenant: TENANT };
  return {
    steps: clients.map((client) => () => client.send({ ...call, timeoutMs: 5_000 })),
    async close() {
      for (const client of clients) await client.close();
      history.close();
    },
  };
}

function openBare(url: string, count: number) {
  const clients = Array.from({ length: count }, () => new Client(url, { pipelining: 1 }));
  return {
    steps: clients.map(
      (client) => () =>
        new Promise<void>((resolve, reject) => {
          client.dispatch(
            { method: 'GET', path: PATH },
            {
              onRequestStart() {},
              onResponseStart() {},
              onResponseData() {},
              onResponseEnd: () => resolve(),
              onResponseError: (_, e) => reject(e),
            },
          );
        }),
    ),
    async close() {
      for (const client of clients) await client.destroy();
    },
  };
}

async function perSecond(steps: readonly Step[]): Promise<number> {
  let left = EXCHANGES;
  const start = performance.now();
  await Promise.all(
    steps.map(async (step) => {
      while (left > 0) {
        left -= 1;
        await step();
      }
    }),
  );
  return (EXCHANGES / (performance.now() - start)) * 1000;
}
