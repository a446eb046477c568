// A scripted node for tests: answers each request as the test says, and keeps what it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One answer. `json` is sent as JSON; `raw` is written to the socket as it is, which is then ended. */
export type Reply =
  | { readonly status: number; readonly json?: unknown; readonly text?: string }
  | { readonly raw: string }
  | 'hang'
  | 'reset';

/** What arrived. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly socket: Socket;
}

/** A running scripted node. */
export interface ScriptServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: Asked[];
  /** `attach`, `GET` … of the requests so far, in order: the last path segment of a POST, otherwise the method. */
  readonly steps: () => string[];
}

/** Starts it; `answer` is asked for every request that has arrived whole. */
export async function startScript(
  answer: (asked: Asked, count: number) => Reply | Promise<Reply>,
): Promise<ScriptServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { method = '', url = '', rawHeaders, socket } = request;
    const one = { method, url, rawHeaders, socket, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    reply(response, await answer(one, asked.length));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    steps: () => asked.map(({ method, url }) => (method === 'POST' ? lastSegment(url) : method)),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function reply(response: ServerResponse, how: Reply): void {
  const socket = response.socket;
  if (how === 'hang' || !socket) return;
  if (how === 'reset') {
    socket.resetAndDestroy();
  } else if ('raw' in how) {
    socket.end(how.raw, 'latin1');
  } else {
    const { status, json, text } = how;
    response.statusCode = status;
    if (json !== undefined) response.setHeader('content-type', 'application/json');
    response.end(json === undefined ? text : JSON.stringify(json));
  }
}

function lastSegment(url: string): string {
  return (
    url
      .replace(/\?.*$/, '')
      .split('/')
      .filter((s) => s !== '')
      .at(-1) ?? ''
  );
}
