// Sends an answer: as a rule, through Node's response; by hand where a rule cuts or slows it, because only then
// is it known which bytes have left.
import { STATUS_CODES } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../s3/answer.ts';
import type { Exchange } from './exchange.ts';

/** Bytes of one step of a slowed answer are what fits in this time, ms. */
const STEP_MS = 20;

/** What came of sending: the status when its line has gone out. */
export type Sent = { readonly status?: number };

/** Sends the whole answer. Resolves when it was handed to the system, or when the connection is gone. */
export function sendAnswer(exchange: Exchange, answer: Answer): Promise<Sent> {
  const { response, request } = exchange;
  return new Promise((resolve) => {
    if (response.destroyed || exchange.connection.endedMs !== undefined) return resolve({});
    response.once('finish', () => resolve({ status: answer.status }));
    response.once('close', () => resolve({}));
    response.writeHead(answer.status, headersOf(exchange, answer));
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  });
}

/** Sends by hand: head first, then `between`, then the rest, cut and slowed as the shape says; closes afterwards. */
export async function sendShaped(
  exchange: Exchange,
  answer: Answer,
  between?: () => Promise<boolean>,
): Promise<Sent> {
  const { socket, endedMs } = exchange.connection;
  if (endedMs !== undefined || socket.destroyed) return {};
  const { truncateBytes = Number.POSITIVE_INFINITY, bytesPerSecond } = exchange.shape ?? {};
  const head = rawHead(exchange, answer);
  const body = exchange.request.method === 'HEAD' ? undefined : answer.body;
  const bytes = body ? Buffer.concat([head, body]) : head;
  const statusLine = head.indexOf('\r\n') + 2;
  const end = Math.min(bytes.length, truncateBytes);
  const first = between ? Math.min(statusLine, end) : 0;
  exchange.connection.markLane();
  if (first > 0) socket.write(bytes.subarray(0, first));
  if (between && !(await between())) return first < statusLine ? {} : { status: answer.status };
  const sent = await writeSlowly(exchange, bytes.subarray(first, end), bytesPerSecond);
  if (!socket.destroyed) socket.end();
  return sent + first >= statusLine ? { status: answer.status } : {};
}

async function writeSlowly(
  exchange: Exchange,
  bytes: Buffer,
  bytesPerSecond: number | undefined,
): Promise<number> {
  const { socket } = exchange.connection;
  if (bytesPerSecond === undefined) {
    if (!socket.destroyed) socket.write(bytes);
    return bytes.length;
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
  return at;
}

function headersOf(exchange: Exchange, answer: Answer): Record<string, string> {
  const headers: Record<string, string> = { 'x-amz-request-id': exchange.req, ...answer.headers };
  if (answer.status !== 204 && answer.status !== 304) {
    headers['content-length'] ??= String(answer.body?.length ?? 0);
  }
  return headers;
}

function rawHead(exchange: Exchange, answer: Answer): Buffer {
  const headers = { ...headersOf(exchange, answer), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[answer.status] ?? '';
  return Buffer.from(`HTTP/1.1 ${answer.status} ${reason}\r\n${lines.join('')}\r\n`, 'latin1');
}
