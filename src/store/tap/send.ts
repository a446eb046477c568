// Sends an answer: as a rule, through Node's response; by hand where a rule cuts or slows it, because only then
// is it known which bytes have left.
import { STATUS_CODES } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../s3/answer.ts';
import type { Exchange } from './exchange.ts';

/** Bytes of one step of a slowed answer are what fits in this time, ms. */
const STEP_MS = 20;

/** Whether the answer's status line will leave: the connection is there and no rule cuts before the line's end. */
export function statusGoesOut(exchange: Exchange, answer: Answer): boolean {
  const { connection, shape } = exchange;
  if (connection.endedMs !== undefined || connection.socket.destroyed) return false;
  return (shape?.truncateBytes ?? Number.POSITIVE_INFINITY) >= statusLine(answer).length;
}

/** Sends the whole answer. Resolves when it was handed to the system, or when the connection is gone. */
export function sendAnswer(exchange: Exchange, answer: Answer): Promise<void> {
  const { response, request } = exchange;
  return new Promise((resolve) => {
    if (response.destroyed || exchange.connection.endedMs !== undefined) return resolve();
    response.once('finish', resolve);
    response.once('close', resolve);
    response.writeHead(answer.status, headersOf(exchange, answer));
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  });
}

/**
 * Sends by hand: the status line first, the rest when `goesOn` says so, cut and slowed as the rules have shaped it; closes
 * the connection afterwards, for its client can't tell where a cut answer ends.
 */
export async function sendShaped(
  exchange: Exchange,
  answer: Answer,
  goesOn: () => Promise<boolean>,
): Promise<void> {
  const { socket, endedMs } = exchange.connection;
  if (endedMs !== undefined || socket.destroyed) return;
  exchange.connection.markLane();
  const first = statusLine(answer).length;
  const bytes = rawAnswer(exchange, answer);
  socket.write(bytes.subarray(0, Math.min(first, exchange.shape?.truncateBytes ?? first)));
  if (!(await goesOn())) return;
  const { truncateBytes, bytesPerSecond } = exchange.shape ?? {};
  await writeSlowly(exchange, bytes.subarray(first, truncateBytes), bytesPerSecond);
  if (!socket.destroyed) socket.end();
}

async function writeSlowly(
  exchange: Exchange,
  bytes: Buffer,
  bytesPerSecond: number | undefined,
): Promise<void> {
  const { socket } = exchange.connection;
  if (bytesPerSecond === undefined) {
    if (!socket.destroyed) socket.write(bytes);
    return;
  }
  const startMs = performance.now();
  let at = 0;
  while (at < bytes.length && !socket.destroyed) {
    const due = Math.floor(((performance.now() - startMs + STEP_MS) * bytesPerSecond) / 1000);
    if (due > at) {
      socket.write(bytes.subarray(at, due));
      at = Math.min(due, bytes.length);
    }
    if (at < bytes.length) await pause(STEP_MS);
  }
}

function headersOf(exchange: Exchange, answer: Answer): Record<string, string> {
  const headers: Record<string, string> = { 'x-amz-request-id': exchange.req, ...answer.headers };
  if (answer.status !== 204 && answer.status !== 304) {
    headers['content-length'] ??= String(answer.body?.length ?? 0);
  }
  return headers;
}

function rawAnswer(exchange: Exchange, answer: Answer): Buffer {
  const headers = { ...headersOf(exchange, answer), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${statusLine(answer)}${lines.join('')}\r\n`, 'latin1');
  const body = exchange.request.method === 'HEAD' ? undefined : answer.body;
  return body ? Buffer.concat([head, body]) : head;
}

function statusLine(answer: Answer): string {
  return `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n`;
}
