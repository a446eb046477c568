// What the lane's own tests stand on: an engine in this process, a node that answers, a client that sees how its call
// ended. Used by tests only.

import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monotonicClock } from '../../core/clock.ts';
import type { HistoryEvent, HistorySink } from '../../history/events.ts';
import { CAPABILITIES, runToxiproxyServer } from '../../toxiproxy/index.ts';
import type { FaultHandle, FaultHit } from '../fault.ts';
import type { FaultLane } from '../lane/lane.ts';
import { openFaultLane } from '../lane/open-lane.ts';
import type { StorePort } from '../store/tap-effect.ts';

/** Lines as the history would get them. */
export interface Recorded extends HistorySink {
  readonly lines: HistoryEvent[];
}

/** A sink that keeps its lines; `origin` is its header. */
export function record(origin: bigint): Recorded {
  const lines: HistoryEvent[] = [];
  return {
    lines,
    record: (event) => {
      const t = event.t ?? Number(monotonicClock.now() - origin);
      lines.push({ ...event, t });
      return t;
    },
  };
}

/** One request that the node got whole. */
export interface Got {
  readonly method: string;
  readonly url: string;
  readonly call: string | undefined;
  readonly body: string;
}

/** A node: answers 202 with 100 bytes, after `gate` when it is set. */
export interface Node extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly got: Got[];
  /** Connections that ended without a whole request. */
  broken: number;
  gate: Promise<void> | undefined;
  /** Connections that the node knows to have ended. */
  ended: number;
}

/** Starts a node on any port. */
export async function startNode(): Promise<Node> {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      node.broken += 1;
      return;
    }
    const call = headers['x-request-id'] as string | undefined;
    got.push({ method, url, call, body: Buffer.concat(chunks).toString() });
    await node.gate;
    response.writeHead(202, { 'content-length': '100', 'content-type': 'text/plain' });
    response.end('x'.repeat(100));
  });
  server.on('connection', (socket) => {
    socket.once('end', () => {
      node.ended += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const node: Node = {
    host: '127.0.0.1',
    port,
    got,
    broken: 0,
    ended: 0,
    gate: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return node;
}

/** How a call ended. */
export interface Ended {
  readonly status?: number;
  readonly bytes: number;
  readonly error?: string;
  readonly elapsedMs: number;
  /** Headers arrived before it broke. */
  readonly headers: boolean;
}

/** A logical client: one connection. */
export class Caller implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Sends a POST; never rejects. */
  call(call: string, options: { path?: string; body?: string; signal?: AbortSignal } = {}) {
    const { path = '/v1/tenant/t/attach', body = '{"config":{}}', signal } = options;
    const startMs = performance.now();
    let seen: { status?: number; bytes: number; headers: boolean } = { bytes: 0, headers: false };
    return new Promise<Ended>((resolve) => {
      const end = (error?: NodeJS.ErrnoException): void =>
        resolve({
          ...seen,
          elapsedMs: performance.now() - startMs,
          ...(error === undefined ? {} : { error: error.code ?? error.name }),
        });
      const outgoing = httpRequest(new URL(path, this.#url), {
        method: 'POST',
        agent: this.#agent,
        headers: { 'x-request-id': call, 'content-length': String(body.length) },
        ...(signal === undefined ? {} : { signal }),
      });
      outgoing.on('error', end);
      outgoing.on('response', (incoming) => {
        seen = { status: incoming.statusCode!, bytes: 0, headers: true };
        incoming.on('data', (data: Buffer) => {
          seen.bytes += data.length;
        });
        incoming.on('error', end);
        incoming.on('end', () => end());
      });
      outgoing.end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** An engine, a node and a lane between them. */
export interface Bed extends AsyncDisposable {
  readonly lane: FaultLane;
  readonly node: Node;
  readonly sink: Recorded;
  readonly apiUrl: string;
}

/** Sets up the bed; `plain`: as if the engine were a real Toxiproxy. */
export async function openBed(
  options: { plain?: boolean; store?: StorePort; holdMsMax?: number } = {},
): Promise<Bed> {
  const origin = monotonicClock.now();
  const sink = record(origin);
  const engine = await runToxiproxyServer({ host: '127.0.0.1', port: 0, seed: '1' });
  const apiUrl = `http://${engine.host}:${engine.port}`;
  const node = await startNode();
  const lane = await openFaultLane({
    toxiproxy: {
      apiUrl,
      capabilities: new Set(options.plain ? [] : CAPABILITIES),
      listenHost: '127.0.0.1',
    },
    store: options.store,
    sink,
    clock: monotonicClock,
    headerStart: origin,
    ...(options.holdMsMax === undefined ? {} : { holdMsMax: options.holdMsMax }),
  });
  await lane.nodeStarted('a', 1);
  return {
    lane,
    node,
    sink,
    apiUrl,
    [Symbol.asyncDispose]: async () => {
      await lane[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
      await engine.close();
    },
  };
}

/** The first hit, or a rejection after `ms`. */
export function hitWithin(handle: FaultHandle, ms = 5000): Promise<FaultHit> {
  return handle.hit(AbortSignal.timeout(ms));
}
