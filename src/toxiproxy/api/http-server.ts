// The API's HTTP side: reads requests, limits what a hostile client can cost, sends replies.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';
import type { ApiRequest } from './router.ts';

/** Largest body that is read; the largest sensible populate is far below it. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** As the original: what takes longer is answered 503 while the work goes on. */
const ANSWER_MS_MAX = 25_000;
const TIMEOUT_PAGE =
  '<html><head><title>Timeout</title></head><body><h1>Timeout</h1></body></html>';

/** Handlers of the server. */
export interface HttpHandlers {
  /** The plain API. */
  readonly plain: (request: ApiRequest) => Promise<Reply>;
  /** Requests that are answered elsewhere; false when it is none of them. */
  readonly special: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server that is not listening yet. */
export function createApiServer(handlers: HttpHandlers): Server {
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 15_000 });
  server.keepAliveTimeout = 60_000;
  server.on('request', (request, response) => {
    request.on('error', () => response.destroy());
    if (handlers.special(request, response)) return;
    void answer(handlers.plain, request, response);
  });
  return server;
}

async function answer(
  plain: HttpHandlers['plain'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const late = setTimeout(
    () =>
      sendReply(response, { status: 503, type: 'text/html; charset=utf-8', body: TIMEOUT_PAGE }),
    ANSWER_MS_MAX,
  );
  try {
    const reply = await plain({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      userAgent: request.headers['user-agent'] ?? '',
      body: () => readBody(request),
    });
    sendReply(response, reply);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    sendReply(response, {
      status: error instanceof BodyTooLargeError ? 413 : 500,
      type: 'text/plain; charset=utf-8',
      body: `${JSON.stringify({ error: reason, status: 500 })}\n`,
    });
  } finally {
    clearTimeout(late);
  }
}

/** Sends a reply unless one was sent. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = reply.status;
  if (reply.type !== undefined) response.setHeader('Content-Type', reply.type);
  if (reply.type?.startsWith('text/plain')) {
    response.setHeader('X-Content-Type-Options', 'nosniff');
  }
  if (reply.location !== undefined) response.setHeader('Location', reply.location);
  if (reply.status !== 204) {
    response.setHeader('Content-Length', Buffer.byteLength(reply.body ?? ''));
  }
  response.end(reply.body);
}

class BodyTooLargeError extends Error {}

/** The whole body. Throws when it is larger than any sensible one. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new BodyTooLargeError('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
